"""A small server that speaks the sandbox page's protocol with canned answers; no bot stands behind it."""

import asyncio
import json
import struct
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from tests.browser import page_fake_data as data

PAGE = Path(__file__).parents[2] / "bot" / "sandbox" / "page"
CSP = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:"
START = datetime.fromisoformat("2017-09-04T09:41:00+08:00")
Json = dict[str, Any]


class FakeSandbox:
    """The whole fake: conversations in memory, every post remembered, events to every listener."""

    def __init__(self) -> None:
        self.now = START
        self.posts: list[tuple[str, Json]] = []
        self.people = [_person(index, one) for index, one in enumerate(data.PEOPLE)]
        self.chats: dict[str, Json] = {one["slug"]: _chat() for one in self.people}
        self.listeners: set[asyncio.Queue[Json | None]] = set()
        self.files: dict[str, tuple[bytes, str]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.counted = 100
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._fill()

    def _fill(self) -> None:
        for message in data.conversation():
            self._store("zhang", message)
        self.chats["zhang"] |= {"keyboard": data.HOME_KEYS, "placeholder": "说一句，或按下面的按钮"}
        self._store(
            "zhou",
            {
                "from": "bot",
                "text": "有 2 份帮扶申请等你审批：\n袁静 医疗救助 1,800 元\n施磊斌 助学 2,000 元",
                "buttons": data.keys("袁静 | 施磊斌"),
            },
        )
        self._store("liu", {"from": "bot", "text": "凤芳的走访已迟 2 天，张东还没有报。"})
        self.person("zhou")["unread"] = 2
        self.person("liu")["unread"] = 1

    def person(self, slug: str) -> Json:
        """The persona with this slug."""
        return next(one for one in self.people if one["slug"] == slug)

    def _store(self, slug: str, given: Json) -> Json:
        self.counted += 1
        empty: Json = {
            "text": "",
            "entities": [],
            "caption": None,
            "buttons": [],
            "photos": [],
            "album": None,
            "edited": False,
            "service": None,
        }
        message = {**empty, "id": self.counted, "from": "bot", "date": self.now.isoformat(), **given}
        self.chats[slug]["messages"].append(message)
        last = message["text"] or message["caption"] or ""
        self.person(slug)["last"] = {"text": last, "date": message["date"]}
        return message

    def tell(self, event: Json) -> None:
        """Sends one event to every listener."""
        for queue in self.listeners:
            queue.put_nowait(event)

    def say(self, slug: str, message: Json) -> Json:
        """Adds a message to a conversation and tells the page; the bot's also count as unread."""
        stored = self._store(slug, message)
        self.tell({"type": "message", "persona": slug, "message": stored})
        if stored["from"] == "bot":
            self.person(slug)["unread"] += 1
            self.tell({"type": "unread", "persona": slug, "count": self.person(slug)["unread"]})
        return stored

    def edit(self, slug: str, message_id: int, **values: object) -> None:
        """Changes a message in place."""
        message = self.message(slug, message_id)
        message |= {"edited": True, **values}
        self.tell({"type": "edit", "persona": slug, "message": message})

    def message(self, slug: str, message_id: int) -> Json:
        """The message with this number."""
        found: Json = next(one for one in self.chats[slug]["messages"] if one["id"] == message_id)
        return found

    def delete(self, slug: str, message_id: int) -> None:
        """Takes a message away."""
        chat = self.chats[slug]
        chat["messages"] = [one for one in chat["messages"] if one["id"] != message_id]
        self.tell({"type": "delete", "persona": slug, "id": message_id})

    def posted(self, act: str) -> list[Json]:
        """The bodies of every post whose path ends in ``act``."""
        return [body for path, body in self.posts if path.endswith(act)]

    @property
    def address(self) -> str:
        """Where the page stands."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listens; a second start after a stop uses the same port."""
        self._runner = web.AppRunner(self._app(), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Hangs up on everybody."""
        for queue in self.listeners:
            queue.put_nowait(None)
        if self._runner:
            await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[_guard], client_max_size=64 * 1024 * 1024)
        app.add_routes(
            [
                web.get("/", _file),
                web.get("/static/{path:.+}", _file),
                web.get("/api/personas", self._personas),
                web.get("/api/chat/{slug}", self._chat),
                web.get("/api/events", self._events),
                web.get("/api/file/{id}", self._download),
                web.get("/api/clock", self._clock),
                web.post("/api/clock/turn", self._turn),
                web.post("/api/chat/{slug}/{act}", self._act),
            ]
        )
        return app

    async def _personas(self, _: web.Request) -> web.Response:
        bot = {"name": "贴心", "username": "tiexin_sandbox_bot"}
        return web.json_response({"personas": self.people, "bot": bot, "language": "zh"})

    async def _chat(self, request: web.Request) -> web.Response:
        slug = request.match_info["slug"]
        self.person(slug)["unread"] = 0
        return web.json_response(self.chats[slug])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        await response.write(b": here\n\n")
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            while (event := await queue.get()) is not None:
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        finally:
            self.listeners.discard(queue)
        return response

    async def _download(self, request: web.Request) -> web.Response:
        body, kind = self.files.get(request.match_info["id"]) or (
            picture(request.match_info["id"]),
            "image/png",
        )
        return web.Response(body=body, content_type=kind)

    async def _clock(self, _: web.Request) -> web.Response:
        return web.json_response(self._time(turning=False))

    def _time(self, *, turning: bool) -> Json:
        return {"now": self.now.isoformat(), "zone": "Asia/Shanghai", "turning": turning}

    async def _turn(self, request: web.Request) -> web.Response:
        amount = await request.json()
        self.posts.append((request.path, amount))
        await self._walk(amount.get("days", 0), amount.get("hours", 0))
        return web.json_response(self._time(turning=False))

    async def _walk(self, days: int, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for _ in range(days):
            self.now += timedelta(days=1)
            self.tell({"type": "clock", **self._time(turning=True)})
            await asyncio.sleep(0.06)
        self.say("you", {"text": "今天有 1 户到期：杨静强。"})
        self.tell({"type": "clock", **self._time(turning=False)})

    def _spawn(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _act(self, request: web.Request) -> web.Response:
        slug, act = request.match_info["slug"], request.match_info["act"]
        multipart = request.content_type.startswith("multipart/")
        body = await self._parts(request) if multipart else await request.json()
        self.posts.append((request.path, body))
        answer: Json = getattr(self, f"_on_{act}")(slug, body) or {}
        return web.json_response(answer)

    async def _parts(self, request: web.Request) -> Json:
        found: Json = {"files": []}
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            content = bytes(await part.read())
            if part.name != "file":
                found[str(part.name)] = content.decode()
                continue
            file_id = f"up{len(self.files) + 1}"
            kind = part.headers.get("Content-Type", "application/octet-stream")
            self.files[file_id] = (content, kind)
            name = part.filename or ""
            found["files"].append({"file_id": file_id, "name": name, "size": len(content)})
        return found

    def _on_text(self, slug: str, body: Json) -> None:
        self.say(slug, {"from": "me", "text": body["text"]})
        self.tell({"type": "typing", "persona": slug})
        self._spawn(self._answer(slug, body["text"]))

    async def _answer(self, slug: str, text: str) -> None:
        await asyncio.sleep(0.05)
        self.tell({"type": "read", "persona": slug})
        words = (
            "你好。这是工会内部的走访助手。请向分会管理员要邀请链接。"
            if text == "/start"
            else f"收到：{text}"
        )
        self.say(slug, {"text": words})

    def _on_tap(self, slug: str, body: Json) -> Json:
        tap_id = f"t{len(self.posts)}"
        self._spawn(self._tapped(slug, body, tap_id))
        return {"tap_id": tap_id}

    async def _tapped(self, slug: str, body: Json, tap_id: str) -> None:
        data_, message_id = body["data"], body["message_id"]
        await asyncio.sleep(0.05)
        if data_ == "hold":
            return
        if data_ in {"toast", "alert"}:
            words = "照片请直接发到这里，最多 5 张。" if data_ == "toast" else "没有保存，请稍后再试一次。"
            self.tell(
                {"type": "toast", "persona": slug, "text": words, "alert": data_ == "alert", "tap_id": tap_id}
            )
            return
        if data_ == "submit":
            self.edit(
                slug,
                message_id,
                text=data.RECEIPT,
                entities=[data.entity(data.RECEIPT, "bold", "ZF-2017-000104")],
                buttons=data.keys("撤销 | 下一户：施磊斌"),
            )
        elif data_ == "vanish":
            self.delete(slug, message_id)
        self.tell({"type": "tap_done", "persona": slug, "tap_id": tap_id})

    def _on_photo(self, slug: str, body: Json) -> None:
        album = "up" if len(body["files"]) > 1 else None
        for at, file in enumerate(body["files"]):
            photo = {"file_id": file["file_id"], "width": 960, "height": 720}
            self.say(
                slug,
                {
                    "from": "me",
                    "photos": [photo],
                    "album": album,
                    "caption": None if at else body.get("caption"),
                },
            )

    def _on_voice(self, slug: str, body: Json) -> None:
        self.say(
            slug,
            {
                "from": "me",
                "voice": {"file_id": body["files"][0]["file_id"], "duration": int(body["duration"])},
            },
        )

    def _on_document(self, slug: str, body: Json) -> None:
        file = body["files"][0]
        self.say(
            slug,
            {
                "from": "me",
                "document": {
                    "file_id": file["file_id"],
                    "file_name": file["name"],
                    "file_size": file["size"],
                    "mime_type": "",
                },
            },
        )

    def _on_place(self, slug: str, body: Json) -> None:
        self.say(slug, {"from": "me", "place": body})

    def _on_sticker(self, slug: str, body: Json) -> None:
        self.say(slug, {"from": "me", "sticker": body})

    def _on_contact(self, slug: str, body: Json) -> None:
        who = self.person(body["persona"])
        self.say(
            slug,
            {
                "from": "me",
                "contact": {
                    "first_name": who["name"],
                    "user_id": who["user_id"],
                    "phone_number": "138 0000 0000",
                },
            },
        )

    def _on_block(self, slug: str, body: Json) -> None:
        self.chats[slug]["blocked"] = body["blocked"]

    def _on_read(self, slug: str, _: Json) -> None:
        self.person(slug)["unread"] = 0


def _person(index: int, given: tuple[str, str, str, str, str, str, str]) -> Json:
    slug, name, role, role_en, place, place_en, hint = given
    return {
        "slug": slug,
        "user_id": 7001 + index,
        "first_name": name,
        "name": name,
        "role": {"zh": role, "en": role_en},
        "place": {"zh": place, "en": place_en},
        "hint": {"zh": hint, "en": data.ENGLISH_HINT.format(name=name)},
        "unread": 0,
        "last": None,
    }


def _chat() -> Json:
    return {
        "messages": [],
        "keyboard": None,
        "placeholder": None,
        "commands": data.COMMANDS,
        "blocked": False,
    }


async def _file(request: web.Request) -> web.FileResponse:
    found = (PAGE / request.match_info.get("path", "index.html")).resolve()
    if not found.is_relative_to(PAGE) or not found.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(found)


@web.middleware
async def _guard(request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's own handler type is this wide
    if request.method == "POST" and request.headers.get("X-Tiexin-Sandbox") != "1":
        return web.json_response({"error": "header"}, status=403)
    response: web.StreamResponse = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = CSP
    return response


def picture(name: str, width: int = 96, height: int = 72) -> bytes:
    """A small PNG whose colours depend on the name."""
    seed = zlib.crc32(name.encode())
    red, green, blue = seed & 127, seed >> 8 & 127, seed >> 16 & 127
    rows = b"".join(b"\0" + bytes(_pixels(width, y, (red, green, blue))) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _pixels(width: int, y: int, colour: tuple[int, int, int]) -> list[int]:
    return [min(255, part + x + y) for x in range(width) for part in colour]
