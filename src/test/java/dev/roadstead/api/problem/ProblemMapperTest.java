package dev.roadstead.api.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.roadstead.api.ApiJson;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

class ProblemMapperTest {
    private static final Evidence SAID =
            Evidence.of("local", 418, "I am a teapot").with("field", "name");

    private final ProblemMapper mapper = new ProblemMapper();

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new EngineException.NotFound("NO_SUCH_IMAGE", "m", SAID), "not_found", 404),
                arguments(new EngineException.AlreadyExists("NAME_IN_USE", "m", SAID), "conflict", 409),
                arguments(new EngineException.Conflict("PORT_IN_USE", "m", SAID), "conflict", 409),
                arguments(new EngineException.WrongState("CONTAINER_RUNNING", "m", SAID), "state_error", 422),
                arguments(new EngineException.InvalidRequest("INVALID_NAME", "m", SAID), "validation_error", 400),
                arguments(new EngineException.Denied("ENGINE_DENIED", "m", SAID), "engine_error", 502),
                arguments(new EngineException.Unsupported(Capability.PAUSE, "no cgroups", SAID), "unsupported", 501),
                arguments(new EngineException.Unavailable("m", SAID, null), "engine_unreachable", 503),
                arguments(new EngineException.TimedOut("m", SAID, null), "engine_timeout", 504),
                arguments(new EngineException.Failed("ENGINE_FAILED", "m", SAID, null), "engine_error", 502));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureOfAnEngineHasItsWordAndStatusAndKeepsItsEvidence(
            EngineException failure, String word, int status) {
        ProblemMapper.Answer answer = mapper.map(failure);

        assertThat(answer.kind().word()).isEqualTo(word);
        assertThat(answer.kind().status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(failure.code());
        assertThat(answer.message()).isEqualTo(failure.getMessage());
        assertThat(answer.details())
                .containsEntry("engine", "local")
                .containsEntry("native_status", 418)
                .containsEntry("native_message", "I am a teapot")
                .containsEntry("field", "name");
        assertThat(answer.retryAfterSeconds() != null).isEqualTo(word.equals("engine_unreachable"));
    }

    @Test
    void whatAnEngineCannotDoIsNamed() {
        assertThat(mapper.map(new EngineException.Unsupported(Capability.PAUSE, "no cgroups", Evidence.NONE))
                        .details())
                .containsExactly(Map.entry("capability", "pause"));
    }

    @Test
    void aFaultOfOursTellsNoInternals() {
        for (Throwable fault : List.of(
                new IllegalStateException("jdbc:secret at /etc/shadow"),
                new NullPointerException("dev.roadstead.Foo.bar() is null"),
                new StackOverflowError())) {
            ProblemMapper.Answer answer = mapper.map(fault);

            assertThat(answer.kind()).isEqualTo(ErrorKind.INTERNAL_ERROR);
            assertThat(answer.message()).doesNotContain("secret").doesNotContain("Foo");
            assertThat(answer.details()).isEmpty();
        }
    }

    @Test
    void aRefusalOfOursIsToldAsItIs() {
        ProblemMapper.Answer answer =
                mapper.map(ProblemException.invalid("INVALID_TAIL", "tail", "-1", "tail: -1 (expected: a number)"));

        assertThat(answer.kind()).isEqualTo(ErrorKind.VALIDATION_ERROR);
        assertThat(answer.code()).isEqualTo("INVALID_TAIL");
        assertThat(answer.details()).containsEntry("field", "tail").containsEntry("provided", "-1");
    }

    @ParameterizedTest
    @CsvSource({
        "401,auth_error,AUTH_ERROR,401",
        "403,forbidden,FORBIDDEN,403",
        "404,not_found,NO_SUCH_ROUTE,404",
        "405,method_not_allowed,METHOD_NOT_ALLOWED,405",
        "406,not_acceptable,NOT_ACCEPTABLE,406",
        "413,payload_too_large,PAYLOAD_TOO_LARGE,413",
        "415,unsupported_media_type,UNSUPPORTED_MEDIA_TYPE,415",
        "429,rate_limited,RATE_LIMITED,429",
        "418,validation_error,VALIDATION_ERROR,400",
        "500,internal_error,INTERNAL_ERROR,500"
    })
    void theFrameworksStatusesHaveTheContractsWords(int status, String word, String code, int answered) {
        ProblemMapper.Answer answer = mapper.map(new ResponseStatusException(HttpStatus.valueOf(status)));

        assertThat(answer.kind().word()).isEqualTo(word);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.kind().status()).isEqualTo(answered);
    }

    @Test
    void aBodyOverTheBoundIsTooLargeHoweverDeepItWasFound() {
        DataBufferLimitException large = new DataBufferLimitException("Exceeded limit on max bytes to buffer");

        assertThat(mapper.map(large).kind()).isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
        assertThat(mapper.map(new ServerWebInputException("unreadable", null, new DecodingException("x", large)))
                        .kind())
                .isEqualTo(ErrorKind.PAYLOAD_TOO_LARGE);
    }

    @Test
    void anOverdueAnswerIsATimeoutOfTheEngine() {
        assertThat(mapper.map(new TimeoutException("late")).kind()).isEqualTo(ErrorKind.ENGINE_TIMEOUT);
    }

    @Test
    void aProblemHasBothShapesInOneObject() {
        MockServerWebExchange exchange =
                MockServerWebExchange.from(MockServerHttpRequest.get("/v1/containers/local:web?x=1"));
        ProblemWriter writer = new ProblemWriter(
                mapper, ApiJson.MAPPER, Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC));

        StepVerifier.create(writer.write(exchange, new EngineException.Unavailable("no connection", SAID, null)))
                .verifyComplete();

        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(exchange.getResponse().getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(exchange.getResponse().getHeaders().getFirst("Retry-After")).matches("[1-9][0-9]*");
        JsonNode problem =
                ApiJson.MAPPER.readTree(exchange.getResponse().getBodyAsString().block(Duration.ofSeconds(5)));
        assertThat(problem.propertyNames())
                .containsExactlyInAnyOrder(
                        "type",
                        "title",
                        "status",
                        "detail",
                        "instance",
                        "error",
                        "code",
                        "message",
                        "request_id",
                        "timestamp",
                        "details");
        assertThat(problem.path("type").stringValue()).isEqualTo("urn:roadstead:error:engine_unreachable");
        assertThat(problem.path("status").intValue()).isEqualTo(503);
        assertThat(problem.path("detail").stringValue()).isEqualTo("no connection");
        assertThat(problem.path("instance").stringValue()).isEqualTo("/v1/containers/local:web");
        assertThat(problem.path("error").stringValue()).isEqualTo("engine_unreachable");
        assertThat(problem.path("timestamp").stringValue()).isEqualTo("2026-11-23T10:00:00Z");
        assertThat(problem.path("details").path("native_status").intValue()).isEqualTo(418);
    }

    @Test
    void anAnswerThatHasBegunIsBrokenOff() {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
        ProblemWriter writer = new ProblemWriter(mapper, ApiJson.MAPPER, Clock.systemUTC());
        StepVerifier.create(exchange.getResponse().setComplete()).verifyComplete();

        StepVerifier.create(writer.write(exchange, new TimeoutException("late")))
                .verifyError(TimeoutException.class);
    }
}
