package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.roadstead.api.ApiJson;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.workload.CreateCommand.Idempotency;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeysTest {
    private final IdempotencyKeys keys = new IdempotencyKeys(ApiJson.MAPPER);

    @Test
    void theSameRequestIsTheSameInWhateverOrderItIsWritten() {
        Idempotency one = of("k", "alice", """
                {"image":"a","env":{"A":"1","B":"2"},"labels":{"x":"1","y":"2"},
                 "native":{"HostConfig":{"ShmSize":1,"Init":true}},"resources":{"memory":"512m","cpus":1.5}}""");
        Idempotency other = of("k", "alice", """
                {"resources":{"cpus":1.5,"memory":536870912},"native":{"HostConfig":{"Init":true,"ShmSize":1}},
                 "labels":{"y":"2","x":"1"},"env":{"B":"2","A":"1"},"image":"a","tty":null}""");

        assertThat(other).isEqualTo(one);
    }

    @Test
    void newCredentialsDoNotMakeItAnotherRequest() {
        Idempotency one =
                of("k", "alice", "{\"image\":\"a\",\"registry_auth\":{\"username\":\"ci\",\"password\":\"x\"}}");

        assertThat(of("k", "alice", "{\"image\":\"a\"}")).isEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"image\":\"b\"}",
                "{\"image\":\"a\",\"start\":true}",
                "{\"image\":\"a\",\"command\":[\"x\"]}",
                "{\"image\":\"a\",\"env\":{\"A\":\"1\"}}",
                "{\"image\":\"a\",\"engine\":\"local\"}",
                "{\"image\":\"a\",\"native\":{\"A\":1}}"
            })
    void anotherRequestIsAnother(String json) {
        assertThat(of("k", "alice", json).request())
                .isNotEqualTo(of("k", "alice", "{\"image\":\"a\"}").request());
    }

    @Test
    void keysOfDifferentUsersNeverMeet() {
        String json = "{\"image\":\"a\"}";

        assertThat(of("k", "bob", json).key())
                .isNotEqualTo(of("k", "alice", json).key());
        assertThat(of("k", "bob", json).request())
                .isEqualTo(of("k", "alice", json).request());
    }

    @Test
    void neitherKeyNorRequestCanBeReadFromWhatIsKept() {
        Idempotency kept = of("order-17", "alice", "{\"image\":\"secret-image\"}");

        assertThat(kept.key()).matches("[0-9a-f]{64}");
        assertThat(kept.request()).matches("[0-9a-f]{64}");
    }

    @Test
    void withoutAKeyNothingIsKept() {
        assertThat(keys.of(null, "alice", request("{\"image\":\"a\"}"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u00e9", "a\tb", "a\nb"})
    void refusesAKeyThatIsNotVisibleAscii(String key) {
        ProblemException refused =
                catchThrowableOfType(ProblemException.class, () -> keys.of(key, "alice", request("{\"image\":\"a\"}")));

        assertThat(refused.code()).isEqualTo("INVALID_IDEMPOTENCY_KEY");
    }

    @Test
    void aKeyHasAtMost255Characters() {
        assertThat(of("k".repeat(255), "alice", "{\"image\":\"a\"}")).isNotNull();
        assertThat(catchThrowableOfType(
                        ProblemException.class, () -> keys.of("k".repeat(256), "alice", request("{\"image\":\"a\"}"))))
                .isNotNull();
    }

    private Idempotency of(String key, String user, String json) {
        return Objects.requireNonNull(keys.of(key, user, request(json)));
    }

    private static CreateContainerRequest request(String json) {
        return ApiJson.MAPPER.readValue(json, CreateContainerRequest.class);
    }
}
