package dev.roadstead.image;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an engine shall build an image of.
 *
 * @param contextPath a folder on the engine's host
 * @param dockerfile within the folder; null: {@code Dockerfile}
 * @param tag name, and tag if there is one; null: none
 * @param arguments values for the build's own variables
 */
public record BuildSpec(
        String contextPath,
        @Nullable String dockerfile,
        @Nullable String tag,
        Map<String, String> arguments) {
    public BuildSpec {
        arguments = Map.copyOf(arguments);
    }
}
