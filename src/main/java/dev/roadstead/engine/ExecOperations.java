package dev.roadstead.engine;

import dev.roadstead.container.ContainerId;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes started in a running container; one that does not run is {@link EngineException.WrongState}. */
@Requires(Capability.EXEC)
public interface ExecOperations {
    /** Starts a process; whoever gets the session closes it. */
    Mono<Session> start(ContainerId id, ExecSpec spec);

    /** One process, in the same shape on every engine. */
    interface Session {
        /** What it writes, pulled, ending when it has closed its outputs; at most one subscriber. */
        Flux<ExecOutput> output();

        /** Writes to its input; completes when the engine took it. */
        Mono<Void> input(byte[] data);

        /** Closes its input; output goes on. */
        Mono<Void> closeInput();

        /** Changes its terminal's size; without one it is {@link EngineException.WrongState}. */
        Mono<Void> resize(int columns, int rows);

        /** Its exit code, once it has ended; 126 or 127 if the program could not be started. */
        Mono<Integer> exitCode();

        /** Gives the session up and ends the process if it still runs. */
        Mono<Void> close();
    }
}
