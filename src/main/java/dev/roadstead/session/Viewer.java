package dev.roadstead.session;

import dev.roadstead.container.Signal;
import dev.roadstead.engine.EngineException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One client at a session. Only the writer may write, close the input, resize and signal: for others these fail with {@link
 * EngineException.WrongState} ({@code NOT_THE_WRITER}), and for all after the end with {@code PROCESS_ENDED}.
 */
public interface Viewer {
    /** Which session. */
    ExecSession session();

    /** Whether it may write now. */
    boolean isWriter();

    /** Offset of the byte of output that it is told next. */
    long position();

    /**
     * What happened from the wanted offset on, pulled: the engine's socket is read no faster than the writer does. Completes after
     * {@link SessionEvent.Exited}; fails with {@link ReplayGoneException} if a reader that is not the writer falls too far behind, or
     * with what broke the session. At most one subscriber.
     */
    Flux<SessionEvent> events();

    /** Writes to the process's input; completes when there is room for more. */
    Mono<Void> input(byte[] data);

    /** Closes the process's input. */
    Mono<Void> closeInput();

    /** Changes the terminal's size. */
    Mono<Void> resize(int columns, int rows);

    /** Sends a signal: with a terminal INT, QUIT and TSTP as their keys, so that they reach the foreground group. */
    Mono<Void> signal(Signal signal);

    /** The connection was lost. If this was the writer of an attached session, its lease begins. Twice does nothing. */
    void leave();

    /** Leaves on purpose: ends the process, if this is the writer; completes when it has ended or a bound has run out. */
    Mono<Void> end();
}
