import sys

import grpc

import streamer_pb2
import streamer_pb2_grpc


def run(address):
    with grpc.insecure_channel(address) as channel:
        stub = streamer_pb2_grpc.StreamerStub(channel)
        for reply in stub.StreamTime(streamer_pb2.TimeRequest(count=3)):
            print("Hora:", reply.time)


if __name__ == "__main__":
    run(sys.argv[1])
