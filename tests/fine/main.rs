//! Every interleaving of each primitive's core protocol, atomic by atomic, with
//! time-outs that may end at any moment and wake-ups for no reason.

mod engine;
mod exhaustive;
mod pools;
mod protocols;
mod queues;
mod same;
mod world;
