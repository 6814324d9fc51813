def main():
    n = 0
    for r in range(20):
        parts = []
        for i in range(20000):
            parts.append("item %d" % i)
            parts.append(f"{i}:{r}")
        s = ",".join(parts)
        n += len(s)
        for w in s.split(","):
            if w.startswith("item"):
                n += len(w.upper())
    t = ""
    for i in range(20000):
        t += "x"
    print(n, len(t))
main()
