def main():
    total = 0
    for r in range(10):
        xs = []
        d = {}
        for i in range(100000):
            xs.append(i * 2)
            d[i] = xs[i]
        for k, v in d.items():
            total += v
        for x in xs:
            total += x
        total += len([x for x in xs if x % 4 == 0])
        for i in range(0, 100000, 7):
            if i in d:
                total += d[i]
    print(total)
main()
