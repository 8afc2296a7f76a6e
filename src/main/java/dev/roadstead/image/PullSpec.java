package dev.roadstead.image;

import org.jspecify.annotations.Nullable;

/**
 * What to pull.
 *
 * @param platform {@code os[/architecture[/variant]]}; null: the engine's own
 * @param auth null: anonymous
 */
public record PullSpec(
        ImageReference reference,
        @Nullable String platform,
        @Nullable RegistryAuth auth) {}
