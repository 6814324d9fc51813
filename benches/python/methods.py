class Counter:
    def __init__(self):
        self.n = 0
        self.step = 1
    def add(self, k):
        self.n += k * self.step
        return self
def main():
    c = Counter()
    for i in range(2000000):
        c.add(i)
    print(c.n)
main()
