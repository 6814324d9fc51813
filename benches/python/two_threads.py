import threading

TOGETHER = True


def work():
    n = 0
    i = 0
    while i < 4000000:
        if i % 3 == 0:
            n += i
        i += 1
    print(n)


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
    if not TOGETHER:
        thread.join()
for thread in threads:
    thread.join()
