def f(i):
    if i % 2:
        raise ValueError(i)
    return i
def main():
    n = 0
    for i in range(1000000):
        try:
            n += f(i)
        except ValueError as e:
            n += 1
    print(n)
main()
