import sys

import grpc

import averager_pb2
import averager_pb2_grpc


def numbers():
    for value in [10, 20, 30, 40, 50]:
        yield averager_pb2.Number(value=value)


def run(address):
    with grpc.insecure_channel(address) as channel:
        stub = averager_pb2_grpc.AveragerStub(channel)
        response = stub.ComputeAverage(numbers())
        print("Media:", response.result)


if __name__ == "__main__":
    run(sys.argv[1])
