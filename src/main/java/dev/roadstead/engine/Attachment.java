package dev.roadstead.engine;

import dev.roadstead.exec.ExecOutput;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What goes into and comes out of a running process, in the same shape on every engine. Nothing is lost between the call that gave it
 * and the first subscriber. Whoever gets one closes it.
 */
public interface Attachment {
    /** Whether a terminal stands between: then all output is standard output, and keys may become signals. */
    boolean hasTerminal();

    /**
     * What the process writes, pulled, ending when it has closed its outputs; at most one subscriber, whose cancelling does not close
     * the rest. Fails with an {@link EngineException} if the engine breaks off.
     */
    Flux<ExecOutput> output();

    /**
     * Writes to its input; completes when the way to the engine has room for more, fails if nobody reads it any more. One at a time;
     * the array must not change afterwards.
     */
    Mono<Void> input(byte[] data);

    /**
     * Closes its input after all that was written; output goes on. Twice does nothing. Where an engine keeps a container's input open
     * for others it is {@link EngineException.WrongState} ({@code STDIN_STAYS_OPEN}).
     */
    Mono<Void> closeInput();

    /** Changes its terminal's size; without one it is {@link EngineException.WrongState} ({@code NO_TERMINAL}). */
    Mono<Void> resize(int columns, int rows);

    /** Lets go of it. Twice does nothing. */
    Mono<Void> close();
}
