def numbers(n):
    for i in range(n):
        yield i
def squares(it):
    for x in it:
        yield x * x
def main():
    print(sum(squares(numbers(1500000))))
    t = 0
    for x in numbers(1000000):
        t += x
    print(t)
main()
