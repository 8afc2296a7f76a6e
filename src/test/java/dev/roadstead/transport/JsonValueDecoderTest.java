package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.roadstead.engine.EngineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

class JsonValueDecoderTest {
    private static final ObjectMapper JSON = JsonMapper.shared();

    private final JsonValueDecoder decoder = new JsonValueDecoder("local", JSON);

    @Test
    void valuesOnLinesAreToldApart() {
        assertThat(told(decoder.feed(bytes("{\"a\":1}\n{\"b\":[2]}\r\n\n[3]\n"))))
                .containsExactly("{\"a\":1}", "{\"b\":[2]}", "[3]");
        decoder.finish();
    }

    @Test
    void valuesWithoutAnythingBetweenAreToldApart() {
        assertThat(told(decoder.feed(bytes("{\"a\":1}{\"b\":2}")))).containsExactly("{\"a\":1}", "{\"b\":2}");
    }

    @Test
    void everyCutGivesTheSame() {
        byte[] stream = bytes(
                "{\"text\":\"br{ce}s [and] \\\"quotes\\\" \\\\\",\"ü\":\"✓ 𝄞\"} \n {\n \"deep\": {\"er\": [[], {}]}\n}[1,2]");
        for (int size = 1; size <= stream.length; size++) {
            JsonValueDecoder fresh = new JsonValueDecoder("local", JSON);
            List<String> all = new ArrayList<>();
            for (int at = 0; at < stream.length; at += size) {
                all.addAll(told(fresh.feed(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + size)))));
            }
            fresh.finish();
            assertThat(all)
                    .containsExactly(
                            "{\"text\":\"br{ce}s [and] \\\"quotes\\\" \\\\\",\"ü\":\"✓ 𝄞\"}",
                            "{\"deep\":{\"er\":[[],{}]}}",
                            "[1,2]");
        }
    }

    @Test
    void aValueIsGivenAsSoonAsItIsWhole() {
        assertThat(decoder.feed(bytes("{\"a\":"))).isEmpty();
        assertThat(told(decoder.feed(bytes("1}")))).containsExactly("{\"a\":1}");
    }

    @Test
    void anEndInAValueIsBrokenOff() {
        decoder.feed(bytes("{\"a\":1}{\"b\""));
        failsWith("ENGINE_BROKE_OFF", decoder::finish);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page not found", "{a:1}", "{]", "null", "{\"a\":1},"})
    void whatIsNoJsonIsNonsense(String text) {
        failsWith("ENGINE_NONSENSE", () -> decoder.feed(bytes(text)));
    }

    @Test
    void aValueAboveTheLimitIsNonsense() {
        byte[] piece = bytes("x".repeat(64 * 1024));
        decoder.feed(bytes("{\"a\":\""));
        failsWith("ENGINE_NONSENSE", () -> {
            for (int i = 0; i < 17; i++) {
                decoder.feed(piece);
            }
        });
    }

    @Test
    void theLimitIsForEachValueAlone() {
        byte[] value = bytes("{\"a\":\"" + "x".repeat(600 * 1024) + "\"}");
        for (int i = 0; i < 5; i++) {
            assertThat(decoder.feed(value)).hasSize(1);
        }
    }

    private static void failsWith(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(EngineException.Failed.class))
                .extracting(EngineException::code)
                .isEqualTo(code);
    }

    private static List<String> told(List<JsonNode> values) {
        return values.stream().map(JsonNode::toString).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
