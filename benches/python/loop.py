def main():
    n = 0
    i = 0
    while i < 10000000:
        if i % 3 == 0:
            n += i
        i += 1
    print(n)
main()
