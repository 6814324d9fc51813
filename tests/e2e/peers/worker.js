// A mutex, a condition and an event over Atomics, and messages, as one would
// write them in plain JavaScript: what Lockstep's are measured against.

const UNLOCKED = 0, LOCKED = 1, CONTENDED = 2;

class Mutex {
  constructor(words, at) {
    this.words = words;
    this.at = at;
  }
  acquire() {
    let state = Atomics.compareExchange(this.words, this.at, UNLOCKED, LOCKED);
    if (state === UNLOCKED) return;
    if (state !== CONTENDED) state = Atomics.exchange(this.words, this.at, CONTENDED);
    while (state !== UNLOCKED) {
      Atomics.wait(this.words, this.at, CONTENDED);
      state = Atomics.exchange(this.words, this.at, CONTENDED);
    }
  }
  release() {
    if (Atomics.exchange(this.words, this.at, UNLOCKED) === CONTENDED) {
      Atomics.notify(this.words, this.at, 1);
    }
  }
}

class Condition {
  constructor(words, at) {
    this.words = words;
    this.at = at;
  }
  wait(mutex) {
    const seen = Atomics.load(this.words, this.at);
    mutex.release();
    Atomics.wait(this.words, this.at, seen);
    mutex.acquire();
  }
  notify() {
    Atomics.add(this.words, this.at, 1);
    Atomics.notify(this.words, this.at, 1);
  }
}

// Words of the shared memory.
const ARRIVED = 0, GENERATION = 1, MUTEX = 2, CHANGED = 3, TURN = 4, TO = 5, FRO = 6;

function gate(words, threads) {
  const generation = Atomics.load(words, GENERATION);
  if (Atomics.add(words, ARRIVED, 1) === threads - 1) {
    Atomics.store(words, ARRIVED, 0);
    Atomics.add(words, GENERATION, 1);
    Atomics.notify(words, GENERATION);
    return;
  }
  while (Atomics.load(words, GENERATION) === generation) {
    Atomics.wait(words, GENERATION, generation);
  }
}

const TURNS = 2000;

function set(words, at) {
  Atomics.store(words, at, 1);
  Atomics.notify(words, at);
}

function take(words, at) {
  while (Atomics.exchange(words, at, 0) === 0) Atomics.wait(words, at, 0);
}

// What a thread does in a sample, and how many operations all of them make.
const jobs = {
  lock(words, index, each) {
    const mutex = new Mutex(words, MUTEX);
    for (let step = 0; step < each; step++) {
      mutex.acquire();
      mutex.release();
    }
  },
  wake(words, index) {
    for (let turn = 0; turn < TURNS; turn++) {
      if (index === 0) set(words, TO);
      take(words, index === 0 ? FRO : TO);
      if (index === 1) set(words, FRO);
    }
  },
  "ping-pong"(words, index) {
    const mutex = new Mutex(words, MUTEX);
    const changed = new Condition(words, CHANGED);
    for (let turn = 0; turn < TURNS; turn++) {
      mutex.acquire();
      while (words[TURN] !== index) changed.wait(mutex);
      words[TURN] = 1 - index;
      changed.notify();
      mutex.release();
    }
  },
};

const OPERATIONS = {
  uncontended: 1_000_000,
  "contended-2": 1_000_000,
  "contended-4": 1_000_000,
  wake: 2 * TURNS,
  "ping-pong": TURNS,
  postMessage: TURNS,
};

function messages(port, index) {
  return new Promise((resolve) => {
    let left = TURNS;
    port.onmessage = () => {
      left -= 1;
      if (index === 1 || left > 0) port.postMessage(0);
      if (left === 0) resolve();
    };
    if (index === 0) port.postMessage(0);
  });
}

onmessage = async ({ data: { name, index, threads, samples, shared, port } }) => {
  const words = new Int32Array(shared);
  const job = jobs[name] ?? jobs.lock;
  const operations = OPERATIONS[name];
  const times = [];
  // The first warms up.
  for (let sample = 0; sample <= samples; sample++) {
    gate(words, threads);
    const start = performance.now();
    if (name === "postMessage") await messages(port, index);
    else job(words, index, operations / threads);
    gate(words, threads);
    if (sample > 0) times.push(((performance.now() - start) * 1e6) / operations);
  }
  postMessage(times);
};
