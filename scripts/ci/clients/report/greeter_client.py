import sys

import grpc

import greeter_pb2
import greeter_pb2_grpc


def run(address):
    with grpc.insecure_channel(address) as channel:
        stub = greeter_pb2_grpc.GreeterStub(channel)
        response = stub.SayHello(greeter_pb2.HelloRequest(name="Alice"))
        print("Resposta:", response.message)


if __name__ == "__main__":
    run(sys.argv[1])
