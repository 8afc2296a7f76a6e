package dev.roadstead.adapter.kleened.standin;

import java.util.concurrent.ExecutorService;

/** What a build works with. */
record KleenedParts(
        State state,
        Jails jails,
        Containers containers,
        Images images,
        Execs execs,
        Networks networks,
        ExecutorService threads) {}
