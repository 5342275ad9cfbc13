"""Chromium as a participant: its own WebRTC stack speaks and listens; this file carries its mail.

Its microphone is a file, or with `speech=None` the sound card, to which it then also plays.

Playwright's Python package and Debian's Chromium are needed by the benchmark only:
`pip install playwright` and `apt install chromium`.
"""

import asyncio
import base64
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from playwright.async_api import Page, async_playwright

from tui_rooms.audio.frames import Samples
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.place import Place
from tui_rooms.client.options import CreateOptions
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Role
from tui_rooms.wire import messages

_PAGE = """<!doctype html><script>
const pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
const pieces = [];
let context, microphone, mix, plays;
const worklet = `registerProcessor('capture', class extends AudioWorkletProcessor {
  batch = new Float32Array(4800);
  filled = 0;
  process(inputs) {
    for (const value of inputs[0]?.[0] ?? []) {
      this.batch[this.filled++] = value;
      if (this.filled === this.batch.length) {
        this.port.postMessage(this.batch.slice());
        this.filled = 0;
      }
    }
    return true;
  }
})`;
async function listen() {
  context = new AudioContext({sampleRate: 48000});
  const url = URL.createObjectURL(new Blob([worklet], {type: 'text/javascript'}));
  await context.audioWorklet.addModule(url);
  mix = new AudioWorkletNode(context, 'capture');
  mix.port.onmessage = message => pieces.push(message.data);
  mix.connect(context.destination);
  await context.resume();
}
pc.ontrack = event => {
  const stream = new MediaStream([event.track]);
  // Chromium decodes a remote track only while an element plays it.
  const audio = new Audio();
  audio.muted = !plays;
  audio.srcObject = stream;
  audio.play();
  if (context) context.createMediaStreamSource(stream).connect(mix);
};
async function answer(sdp, {speaks, plays: aloud, cleans}) {
  plays = aloud;
  if (!plays && !speaks) await listen();  // nobody asks what a speaker hears
  if (speaks) {
    const off = {echoCancellation: cleans, noiseSuppression: cleans, autoGainControl: cleans};
    microphone = (await navigator.mediaDevices.getUserMedia({audio: off})).getAudioTracks()[0];
    microphone.enabled = false;
  }
  await pc.setRemoteDescription({type: 'offer', sdp});
  if (speaks) {
    const first = pc.getTransceivers()[0];
    first.direction = 'sendonly';
    await first.sender.replaceTrack(microphone);
  }
  await pc.setLocalDescription(await pc.createAnswer());
  return pc.localDescription.sdp;
}
function take() {
  const count = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const samples = new Int16Array(count);
  let at = 0;
  for (const piece of pieces)
    for (const value of piece) samples[at++] = Math.max(-32768, Math.min(32767, value * 32768));
  const bytes = new Uint8Array(samples.buffer);
  let text = '';
  for (let i = 0; i < bytes.length; i += 32768)
    text += String.fromCharCode.apply(null, bytes.subarray(i, i + 32768));
  return btoa(text);
}
async function figures() {
  const sum = {held: 0, emitted: 0, concealed: 0, total: 0, bytes_sent: 0};
  (await pc.getStats()).forEach(one => {
    if (one.type === 'outbound-rtp') sum.bytes_sent += one.bytesSent;
    if (one.type !== 'inbound-rtp') return;
    sum.held += one.jitterBufferDelay;
    sum.emitted += one.jitterBufferEmittedCount;
    sum.concealed += one.concealedSamples - one.silentConcealedSamples;
    sum.total += one.totalSamplesReceived;
  });
  return sum;
}
</script>"""

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Chromium:
    """One headless browser.

    Args:
        speech: what its microphone hears, from its opening on; None for the sound card's.
        environment: names the sound card; None for this process's own.
    """

    def __init__(self, speech: Path | None, environment: dict[str, str] | None = None) -> None:
        self._flags = list(_FLAGS)
        self._plays = speech is None
        self._environment = environment
        if speech is not None:
            self._flags.append("--use-fake-device-for-media-stream")
            self._flags.append(f"--use-file-for-fake-audio-capture={speech}%noloop")

    async def __aenter__(self) -> Self:
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            headless=True,
            args=self._flags,
            env=self._environment,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._browser.close()
        await self._playwright.stop()

    async def enter(self, url: str, room: str, *, speaks: bool, cleans: bool = False) -> "Tab":
        """Join a room; returns when the page has answered the server's offer.

        Args:
            url: the server's.
            room: its id.
            speaks: whether there is a microphone.
            cleans: whether its sound goes through Chromium's audio processing.
        """
        page = await self._page(_PAGE)
        tab = Tab(page, url, {"speaks": speaks, "plays": self._plays, "cleans": cleans})
        await tab.arrive(room)
        return tab

    async def empty_page(self) -> None:
        """Show a page that does nothing."""
        await self._page("<!doctype html>")

    async def _page(self, body: str) -> Page:
        page = await self._browser.new_page()
        # A page needs a secure origin for a microphone; nothing is fetched from it.
        await page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html"))
        await page.goto("http://localhost/")
        return page


class Tab:
    """One participant in the browser."""

    def __init__(self, page: Page, url: str, sound: dict[str, bool]) -> None:
        self._page = page
        self._sound = sound
        self._offers: asyncio.Queue[str] = asyncio.Queue()
        self._place = Place(
            parse_address(url),
            name="chromium",
            token=None,
            session=None,
            password=None,
            media=True,
            on_message=self._on_message,
        )

    async def arrive(self, room: str) -> None:
        """Join, and let the page answer."""
        role = None if self._sound["speaks"] else Role.LISTENER
        create = CreateOptions(title=room, room_type="open_mic")
        await self._place.arrive(room, role, create)
        offer = await self._offers.get()
        sdp = await self._page.evaluate("([sdp, s]) => answer(sdp, s)", [offer, self._sound])
        await self._place.request(lambda number: messages.AnswerMedia(id=number, sdp=sdp))
        await self._page.wait_for_function("pc.connectionState === 'connected'", timeout=15_000)

    async def speak(self) -> None:
        """Open the microphone."""
        command = commands.Unmute()
        await self._place.request(lambda number: messages.Do(id=number, command=command))
        await self._page.evaluate("microphone.enabled = true")

    async def heard(self) -> Samples:
        """All that was played since the page listens, shape (n,), 48 kHz."""
        return np.frombuffer(base64.b64decode(await self._page.evaluate("take()")), "<i2")

    async def figures(self) -> dict[str, Any]:
        """Sums over all slots since the start."""
        found: dict[str, Any] = await self._page.evaluate("figures()")
        return found

    async def leave(self) -> None:
        """Close the page."""
        await self._place.close()
        await self._page.close()

    def _on_message(self, message: messages.ServerMessage) -> None:
        if isinstance(message, messages.MediaOffer):
            self._offers.put_nowait(message.sdp)
