"""All four call types of gRPC on Prosa's own services, each printing one line of JSON."""

import json
import queue
import sys
import uuid

import grpc

from prosa.chat.v1 import chat_service_pb2, chat_service_pb2_grpc, chat_transfer_pb2
from prosa.chat.v1 import converse_pb2, message_service_pb2, message_service_pb2_grpc
from prosa.rpc.v1 import error_pb2
from prosa.user.v1 import auth_service_pb2, auth_service_pb2_grpc

QUESTION = "Count to 10"


def sign_in(channel):
    auth = auth_service_pb2_grpc.AuthServiceStub(channel)
    answer = auth.Register(
        auth_service_pb2.RegisterRequest(
            email=f"{uuid.uuid4()}@example.org",
            password="a long enough password",
            display_name="Ana",
        )
    )
    return [("authorization", f"Bearer {answer.session_token}")]


def text_of(events):
    return "".join(event.delta.text for event in events)


def unary(channel):
    """Register, and a call without its token."""
    sign_in(channel)
    chats = chat_service_pb2_grpc.ChatServiceStub(channel)
    try:
        chats.ListChats(chat_service_pb2.ListChatsRequest())
        return {"code": "OK"}
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata())
        # The details are a google.rpc.Status, whose third field holds the ErrorDetail.
        packed = trailers["grpc-status-details-bin"]
        name = error_pb2.ErrorDetail.DESCRIPTOR.full_name
        return {"code": error.code().name, "detail": name.encode() in packed}


def server_stream(channel):
    """SendMessage."""
    token = sign_in(channel)
    chats = chat_service_pb2_grpc.ChatServiceStub(channel)
    messages = message_service_pb2_grpc.MessageServiceStub(channel)
    chat = chats.CreateChat(chat_service_pb2.CreateChatRequest(), metadata=token).chat
    request = message_service_pb2.SendMessageRequest(
        request_id=str(uuid.uuid4()), chat_id=chat.id, text=QUESTION
    )
    events = list(messages.SendMessage(request, metadata=token))
    kinds = [event.WhichOneof("event") for event in events]
    return {"first": kinds[0], "text": text_of(events), "finished": "finished" in kinds}


def client_stream(channel):
    """ImportChats."""
    token = sign_in(channel)
    chats = chat_service_pb2_grpc.ChatServiceStub(channel)
    export = json.dumps(
        [
            {
                "conversation_id": "c-1",
                "title": "A walk",
                "create_time": 1700000000.0,
                "update_time": 1700000001.0,
                "current_node": "m-1",
                "mapping": {
                    "root": {"id": "root", "message": None, "parent": None, "children": ["m-1"]},
                    "m-1": {
                        "id": "m-1",
                        "parent": "root",
                        "children": [],
                        "message": {
                            "id": "m-1",
                            "author": {"role": "user"},
                            "create_time": 1700000000.0,
                            "content": {"content_type": "text", "parts": ["Hello"]},
                        },
                    },
                },
            }
        ]
    ).encode()

    def parts():
        yield chat_transfer_pb2.ImportChatsRequest(format=chat_transfer_pb2.IMPORT_FORMAT_CHATGPT)
        # Cut where it hurts: within a record.
        for start in range(0, len(export), 100):
            yield chat_transfer_pb2.ImportChatsRequest(data=export[start : start + 100])

    summary = chats.ImportChats(parts(), metadata=token).summary
    return {"created": summary.created_chats, "failed": summary.failed_records}


def both_streams(channel):
    """Converse: the second question follows the first one's answer."""
    token = sign_in(channel)
    messages = message_service_pb2_grpc.MessageServiceStub(channel)
    requests = queue.SimpleQueue()

    def say():
        ask = converse_pb2.ConverseSay(request_id=str(uuid.uuid4()), text=QUESTION)
        requests.put(converse_pb2.ConverseRequest(say=ask))

    requests.put(converse_pb2.ConverseRequest(open=converse_pb2.ConverseOpen()))
    say()
    answers = []
    events = []
    for event in messages.Converse(iter(requests.get, None), metadata=token):
        events.append(event)
        if event.WhichOneof("event") == "finished":
            answers.append(text_of(events))
            events = []
            if len(answers) == 1:
                say()
            else:
                requests.put(None)
    return {"answers": answers}


if __name__ == "__main__":
    calls = {
        "unary": unary,
        "server_stream": server_stream,
        "client_stream": client_stream,
        "both_streams": both_streams,
    }
    with grpc.insecure_channel(sys.argv[1]) as the_channel:
        print(json.dumps(calls[sys.argv[2]](the_channel)))
