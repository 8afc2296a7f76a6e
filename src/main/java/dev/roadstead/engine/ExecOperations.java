package dev.roadstead.engine;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Signal;
import dev.roadstead.exec.ExecSpec;
import reactor.core.publisher.Mono;

/** Processes started in a running container; one that does not run is {@link EngineException.WrongState}. */
@Requires(Capability.EXEC)
public interface ExecOperations {
    /**
     * Starts a process; whoever gets the session closes it, and begins to use it within the engine's patience: one that nobody touches
     * is taken for lost, and ended. A call that is cancelled leaves no process behind. A program that is not there is no failure: the
     * process ends with 126 or 127.
     */
    Mono<Session> start(ContainerId id, ExecSpec spec);

    /**
     * One process, in the same shape on every engine; closing it ends the process and what belongs to it, if it still runs. Where it
     * cannot be ended closing lets go of it and fails with {@link EngineException.Unsupported} ({@link Capability#EXEC_SIGNAL}).
     */
    interface Session extends Attachment {
        /**
         * Sends a signal to its process group; a process that has ended is {@link EngineException.WrongState} ({@code
         * PROCESS_ENDED}), one that cannot be reached {@link EngineException.Unsupported} ({@link Capability#EXEC_SIGNAL}).
         */
        Mono<Void> signal(Signal signal);

        /**
         * Its exit code, once it has ended; 126 or 127 if the program could not be started. Fails with {@link
         * EngineException.NotFound} if its container is gone and nobody knows the code.
         */
        Mono<Integer> exitCode();
    }
}
