package dev.roadstead.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class NegotiationTest {
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
    private static final List<MediaType> OFFERED =
            List.of(TEXT, MediaType.APPLICATION_NDJSON, MediaType.TEXT_EVENT_STREAM);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | text/plain",
                "text/plain | text/plain",
                "application/x-ndjson | application/x-ndjson",
                "application/x-ndjson, */* | application/x-ndjson",
                "*/*, text/event-stream | text/event-stream",
                "text/* | text/plain",
                "text/*;q=0.5, application/x-ndjson;q=0.6 | application/x-ndjson",
                "application/x-ndjson;q=0.4, text/event-stream | text/event-stream",
                "text/event-stream, application/x-ndjson | text/event-stream",
                "text/html, application/xhtml+xml, */*;q=0.8 | text/plain",
                // What is said of a type itself counts more than what is said of all (RFC 9110, section 12.5.1).
                "*/*, text/plain;q=0 | application/x-ndjson",
                "*/*;q=0.8, text/plain;q=0.1, application/x-ndjson;q=0.2 | text/event-stream"
            })
    void choosesWhatTheClientLikesBest(String accept, String chosen) {
        assertThat(Negotiation.choose(asking(accept), OFFERED))
                .matches(type -> type.equalsTypeAndSubtype(MediaType.parseMediaType(chosen)), chosen);
    }

    @Test
    void withoutAWishItIsTheDefault() {
        MockServerWebExchange silent = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

        assertThat(Negotiation.choose(silent, OFFERED)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "text/html, application/json", "text/plain;q=0", "*/*;q=0"})
    void offersNothingElse(String accept) {
        ProblemException refused = refusal(accept);

        assertThat(refused.kind()).isEqualTo(ErrorKind.NOT_ACCEPTABLE);
        assertThat(refused.getMessage()).contains("application/x-ndjson");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "text/", "text/plain;q=high"})
    void refusesAnUnreadableWish(String accept) {
        ProblemException refused = refusal(accept);

        assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION_ERROR);
        assertThat(refused.code()).isEqualTo("INVALID_ACCEPT");
    }

    @Test
    void manyWishesAreNoFaultOfOurs() {
        String many = "image/png, ".repeat(60) + "application/x-ndjson";

        assertThat(Negotiation.choose(asking(many), OFFERED)).isEqualTo(MediaType.APPLICATION_NDJSON);
    }

    private static ProblemException refusal(String accept) {
        return catchThrowableOfType(ProblemException.class, () -> Negotiation.choose(asking(accept), OFFERED));
    }

    private static MockServerWebExchange asking(String accept) {
        return MockServerWebExchange.from(MockServerHttpRequest.get("/").header("Accept", accept));
    }
}
