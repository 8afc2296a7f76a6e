package dev.roadstead.api;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.server.ServerWebExchange;

/** Chooses the form of an answer by the request's {@code Accept}. Pure. */
public final class Negotiation {
    private Negotiation() {}

    /**
     * The first of ours that the client likes best.
     *
     * @param offered ours; the first is the default
     * @throws ProblemException ({@code not_acceptable}) if the client takes none of them
     */
    public static MediaType choose(ServerWebExchange exchange, List<MediaType> offered) {
        List<MediaType> wanted;
        try {
            wanted = new ArrayList<>(exchange.getRequest().getHeaders().getAccept());
        } catch (InvalidMediaTypeException unreadable) {
            ProblemException failure =
                    ProblemException.invalid("INVALID_ACCEPT", "Accept", null, "Accept: not a list of media types");
            failure.initCause(unreadable);
            throw failure;
        }
        if (wanted.isEmpty()) {
            return offered.getFirst();
        }
        MimeTypeUtils.sortBySpecificity(wanted);
        // Stable: among equally specific ones the quality decides, then the client's order.
        wanted.sort((one, other) -> Double.compare(other.getQualityValue(), one.getQualityValue()));
        for (MediaType range : wanted) {
            for (MediaType type : offered) {
                if (range.getQualityValue() > 0 && range.includes(type)) {
                    return type;
                }
            }
        }
        throw new ProblemException(
                ErrorKind.NOT_ACCEPTABLE,
                "NOT_ACCEPTABLE",
                "Accept: %s (expected: one of %s)".formatted(MediaType.toString(wanted), MediaType.toString(offered)),
                Map.of());
    }
}
