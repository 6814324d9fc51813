from threading import Condition, Thread

STYLE = "naive"

ready = False
condition = Condition()


def wait_naively():
    not_yet = not ready  # @1
    if not_yet:
        with condition:  # @2
            condition.wait()  # @3


def wait_properly():
    with condition:  # @4
        while not ready:  # @5
            condition.wait()  # @6


def set_naively():
    global ready
    ready = True  # @7
    with condition:  # @8
        condition.notify()  # @16


def set_properly():
    global ready
    with condition:  # @9
        ready = True  # @10
        condition.notify()  # @11


naive = STYLE == "naive"
waiter = Thread(target=wait_naively if naive else wait_properly)
setter = Thread(target=set_naively if naive else set_properly)
waiter.start()  # @12
setter.start()  # @13
waiter.join()  # @14
setter.join()  # @15

print("finished: 2")
