package dev.roadstead.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a session may live, and for whom.
 *
 * @param owner the user that started it; nobody else sees it
 * @param attached whether its process ends some time after its writer was lost; else it runs to its end or {@code timeout}
 * @param timeout after which its process is ended; null: none
 */
public record ExecTerms(
        String owner, boolean attached, @Nullable Duration timeout) {}
