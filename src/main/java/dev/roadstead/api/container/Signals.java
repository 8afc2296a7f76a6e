package dev.roadstead.api.container;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.Signal;

/** Reads signals from requests. */
public final class Signals {
    private Signals() {}

    /** The signal of that name or number.
     *
     * @throws ProblemException ({@code validation_error}) if there is none
     */
    public static Signal of(String text) {
        try {
            return Signal.of(text);
        } catch (IllegalArgumentException notASignal) {
            ProblemException failure =
                    ProblemException.invalid("INVALID_SIGNAL", "signal", text, String.valueOf(notASignal.getMessage()));
            failure.initCause(notASignal);
            throw failure;
        }
    }
}
