import sys

import grpc

import chat_pb2
import chat_pb2_grpc


def messages():
    for text in ["Ola", "Tudo bem?", "Ate logo"]:
        yield chat_pb2.ChatMessage(user="Alice", message=text)


def run(address):
    with grpc.insecure_channel(address) as channel:
        stub = chat_pb2_grpc.ChatStub(channel)
        for reply in stub.ChatStream(messages()):
            print(f"{reply.user}: {reply.message}")


if __name__ == "__main__":
    run(sys.argv[1])
