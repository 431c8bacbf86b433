"""Uses files with the official SDK; prints what it has seen as JSON."""
import json
import os

import openai

client = openai.OpenAI(base_url=os.environ["PROXY_URL"] + "/v1", api_key=os.environ["PROXY_TOKEN"], max_retries=0)
model = os.environ["PROXY_MODEL"]

created = client.files.create(file=("Bericht ä.pdf", b"%PDF-1.7\n", "application/pdf"), purpose="user_data")
completion = client.chat.completions.create(
    model=model,
    messages=[{"role": "user", "content": [{"type": "text", "text": "What is it?"}, {"type": "file", "file": {"file_id": created.id}}]}],
)
response = client.responses.create(
    model=model,
    input=[{"role": "user", "content": [{"type": "input_file", "file_id": created.id}, {"type": "input_text", "text": "And this?"}]}],
)
video = client.files.create(file=("a.mp4", b"\0\0\0\x10ftypisom"), purpose="user_data")
processed = client.files.wait_for_processing(video.id, poll_interval=0.05)
listed = [file.id for file in client.files.list(limit=1)]
deleted = [client.files.delete(file.id).deleted for file in (created, video)]
try:
    client.files.retrieve(created.id)
    gone = None
except openai.NotFoundError as error:
    gone = error.code

print(
    json.dumps(
        {
            "file": {
                "filename": created.filename,
                "bytes": created.bytes,
                "status": created.status,
                "hours": (created.expires_at - created.created_at) / 3600,
            },
            "finish": completion.choices[0].finish_reason,
            "response": response.status,
            "video": [video.status, processed.status],
            "listed": sorted(listed) == sorted([created.id, video.id]),
            "deleted": deleted,
            "gone": gone,
        }
    )
)
