package dev.roadstead.api.image;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.image.ImageReference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads names of images in requests. Pure. */
public final class References {
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]+(/[a-z0-9_]+){0,2}");

    private References() {}

    /** A reference in a body.
     *
     * @throws ProblemException ({@code validation_error}) if there is none, or it is none
     */
    static ImageReference of(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw ProblemException.invalid("MISSING_REFERENCE", "reference", text, "reference is required");
        }
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException notAReference) {
            ProblemException failure = ProblemException.invalid(
                    "INVALID_REFERENCE",
                    "reference",
                    text,
                    "reference: %s (expected: [registry/]name[:tag][@digest])".formatted(text));
            failure.initCause(notAReference);
            throw failure;
        }
    }

    /** A name or id in a path or parameter: only what could break a request to an engine is refused. */
    static String named(String text) {
        if (text.isBlank() || text.length() > 512 || text.chars().anyMatch(c -> c <= ' ' || c == 127)) {
            throw ProblemException.invalid("INVALID_REF", "ref", text, "ref: expected an image's name or id");
        }
        return text;
    }

    static @Nullable String platform(@Nullable String text) {
        if (text != null && !PLATFORM.matcher(text).matches()) {
            throw ProblemException.invalid(
                    "INVALID_PLATFORM",
                    "platform",
                    text,
                    "platform: %s (expected: os[/architecture[/variant]])".formatted(text));
        }
        return text;
    }

    /** Where an image is found. */
    public static String path(String engine, String reference) {
        return "/v1/engines/%s/images/%s"
                .formatted(
                        engine,
                        URLEncoder.encode(reference, StandardCharsets.UTF_8).replace("+", "%20"));
    }
}
