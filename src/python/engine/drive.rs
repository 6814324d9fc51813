//! Driving a machine on a platform.

use std::sync::{Mutex, PoisonError};

use crate::base::ObjectId;
use crate::platform::Platform;
use crate::python::machine::{Ending, Machine, Paused, Result, Touch, World};
use crate::python::values::estate::{self, Owned};
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Site};

/// Runs a machine to its end: how it came to it, or what it raised. On real threads the
/// operations block inside; where the engine decides who goes next, others go between them.
pub async fn drive<P: Platform>(world: &'static World, machine: Machine) -> Result<Ending> {
    let machine = estate::count(Mutex::new(machine));
    let heap = world.heap.get();
    if let Some(heap) = heap {
        heap.add(P::current(), &machine);
    }
    let ended = drive_on::<P>(world, &machine).await;
    if let Some(heap) = heap {
        heap.remove(&machine);
    }
    ended
}

async fn drive_on<P: Platform>(world: &'static World, machine: &Mutex<Machine>) -> Result<Ending> {
    let mut answer = None;
    loop {
        if world.is_killed() {
            return Ok(Ending::Ok);
        }
        // Let go before anything is awaited.
        let paused = {
            let mut machine = machine.lock().unwrap_or_else(PoisonError::into_inner);
            match P::DECIDES {
                true => machine.go::<true>(answer.take()),
                false => machine.go::<false>(answer.take()),
            }
        };
        if world.heap.get().is_some() {
            P::tells_itself(world.program.bindings().reads_time);
        }
        match paused {
            Paused::Ended(ended) => return ended,
            Paused::Asks(operation, at) => answer = Some(operation.begin(at).await),
            Paused::Touches(touch, at) => step::<P>(world, touch, at).await,
            Paused::Rests if P::DECIDES => {}
            Paused::Rests => P::point(Site::NONE).await,
        }
    }
}

impl Owned for Mutex<Machine> {
    /// It goes with the future that drives it.
    fn empty(&self) {}
}

/// Waits for the turn of a step.
async fn step<P: Platform>(world: &'static World, touch: Touch, At { line }: At) {
    match touch {
        Touch::Container => {
            let object = ObjectId::NONE;
            P::point(Site { object, line }).await;
        }
        Touch::Variable { name, key, access } => {
            let key = key ^ u64::from(world.process) << 56;
            let object = world.variable(key, || P::register_as(ObjectKind::Cell, &name, key));
            P::access_point(Site { object, line }, access).await;
        }
    }
}
