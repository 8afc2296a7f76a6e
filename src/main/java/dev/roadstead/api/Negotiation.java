package dev.roadstead.api;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
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
            wanted = exchange.getRequest().getHeaders().getAccept();
        } catch (InvalidMediaTypeException unreadable) {
            ProblemException failure =
                    ProblemException.invalid("INVALID_ACCEPT", "Accept", null, "Accept: not a list of media types");
            failure.initCause(unreadable);
            throw failure;
        }
        if (wanted.isEmpty()) {
            return offered.getFirst();
        }
        record Choice(MediaType type, double quality, int specificity, int place) {}
        return offered.stream()
                .flatMap(type -> wanted.stream()
                        .filter(range -> range.includes(type))
                        .min(Comparator.comparingInt(Negotiation::specificity).reversed())
                        .map(range ->
                                new Choice(type, range.getQualityValue(), specificity(range), wanted.indexOf(range)))
                        .stream())
                .filter(choice -> choice.quality() > 0)
                // Stable: where the client sees no difference, ours come in our order.
                .min(Comparator.comparingDouble(Choice::quality)
                        .thenComparingInt(Choice::specificity)
                        .reversed()
                        .thenComparingInt(Choice::place))
                .map(Choice::type)
                .orElseThrow(() -> notAcceptable(wanted, offered));
    }

    /** The more, the fewer types the range includes. What it says of a type outweighs what wider ranges say (RFC 9110, 12.5.1). */
    private static int specificity(MediaType range) {
        return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
    }

    private static ProblemException notAcceptable(List<MediaType> wanted, List<MediaType> offered) {
        return new ProblemException(
                ErrorKind.NOT_ACCEPTABLE,
                "NOT_ACCEPTABLE",
                "Accept: %s (expected: one of %s)".formatted(MediaType.toString(wanted), MediaType.toString(offered)),
                Map.of());
    }
}
