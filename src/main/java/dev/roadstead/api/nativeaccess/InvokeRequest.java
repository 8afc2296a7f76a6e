package dev.roadstead.api.nativeaccess;

import dev.roadstead.api.Times;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of a native operation. */
@Schema(name = "NativeCall", description = "A call of a native operation.")
public record InvokeRequest(
        @Schema(
                description = "Parameters by name, wherever they belong. An object is sent as its JSON.",
                example = "{\"all\":true,\"filters\":{\"label\":[\"team=blue\"]}}")
        @Nullable
        Map<String, @Nullable Object> params,

        @Schema(
                description = "The body: sent as JSON; a text as it is where the operation reads no JSON.",
                example = "{\"Image\":\"busybox\"}",
                implementation = Object.class)
        @Nullable
        Object data,

        @Schema(description = "Further headers.", example = "{\"Accept\":\"application/octet-stream\"}") @Nullable
        Map<String, String> headers,

        @Schema(
                description = "What becomes of parameters that the operation does not declare.",
                example = "refuse",
                allowableValues = {"refuse", "pass"})
        @Nullable
        String undeclared,

        @Schema(description = "Bounds of this call.") @Nullable
        Timeouts timeouts,

        @Schema(description = "Whether a status of 400 or more becomes a problem.", example = "false") @Nullable
        Boolean throwExceptions,

        @Schema(
                description = "Whether that problem holds the engine's whole answer, headers and body.",
                example = "false")
        @Nullable
        Boolean throwEntireMessage) {

    /** How long things may take. */
    @Schema(name = "NativeTimeouts", description = "Bounds of a call, in seconds.")
    public record Timeouts(
            @Schema(description = "For a connection; counts as a part of the wait for the answer.", example = "2")
            @Nullable
            BigDecimal connect,

            @Schema(description = "For the answer to begin, and then for each next piece of it.", example = "30")
            @Nullable
            BigDecimal read,

            @Schema(description = "For sending the data; counts as a part of the wait for the answer.", example = "10")
            @Nullable
            BigDecimal write,

            @Schema(description = "For all of it, to the end of the answer.", example = "60") @Nullable
            BigDecimal call) {}

    private static final Timeouts NONE = new Timeouts(null, null, null, null);

    /** Bounds of a call; null: none of its own. */
    record Bounds(
            @Nullable Duration head,
            @Nullable Duration silence,
            @Nullable Duration whole) {
        static final Bounds NONE = new Bounds(null, null, null);
    }

    /** @param patience the engine's own bound for an answer */
    Bounds bounds(Duration patience) {
        Timeouts given = timeouts == null ? NONE : timeouts;
        Duration connect = Times.seconds("timeouts.connect", given.connect());
        Duration read = Times.seconds("timeouts.read", given.read());
        Duration write = Times.seconds("timeouts.write", given.write());
        Duration call = Times.seconds("timeouts.call", given.call());
        if (connect == null && read == null && write == null && call == null) {
            return Bounds.NONE;
        }
        Duration answer = read == null ? (call == null ? patience : call) : read;
        Duration head =
                answer.plus(connect == null ? Duration.ZERO : connect).plus(write == null ? Duration.ZERO : write);
        return new Bounds(call != null && call.compareTo(head) < 0 ? call : head, read, call);
    }
}
