import time
from threading import Event, Lock, Thread

DOWNLOAD_MS = 3000
PROCESSORS = 1

complete = Event()
counting = Lock()
data = None
processed = 0


def process():
    global processed
    complete.wait()  # @1
    found = data is not None  # @2
    with counting:
        processed += found


def download():
    global data
    time.sleep(DOWNLOAD_MS / 1000)  # @3
    data = "content"  # @4
    complete.set()  # @5


processors = [Thread(target=process) for _ in range(PROCESSORS)]
downloader = Thread(target=download)
for processor in processors:
    processor.start()  # @6
downloader.start()  # @7
downloader.join()  # @8
for processor in processors:
    processor.join()  # @9

print(f"processed: {processed}")
