package dev.roadstead.session;

import reactor.core.publisher.Mono;

/** A process in a container, its last output, and who looks on. */
public interface ExecSession {
    /** How a newcomer comes in. */
    enum Role {
        /** Writes if nobody else does, else looks on. */
        ANY,
        /** Writes; whoever did so before looks on from then on. */
        WRITER,
        /** Looks on only; never slows the process down. */
        VIEWER
    }

    /** Its id, unguessable. */
    String id();

    /** What is known of it now. */
    ExecState state();

    /**
     * A newcomer who wants the output from this offset on; whoever gets a viewer leaves with it.
     *
     * @throws ReplayGoneException if that is no longer kept
     */
    Viewer join(Role role, long from);

    /** Emits the state once it has ended. */
    Mono<ExecState> awaitEnd();

    /** Writes all of this to its input and closes it, in the background; a process that does not read it is no fault. */
    void feed(byte[] input);

    /** Its output, as far as it is kept. */
    Captured captured();

    /** Ends the process if it still runs; completes when it has ended or a bound has run out. */
    Mono<Void> end(ExecState.Ended why);
}
