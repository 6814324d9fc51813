n = 0
for i in range(5000000):
    n += i
print(n)
