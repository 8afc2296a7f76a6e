package dev.roadstead.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes as a request's JSON gives them. */
class ByteSizeTest {
    record Body(ByteSize memory) {}

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "1024,1024",
                "0,0",
                "\"1024\",1024",
                "\"512m\",536870912",
                "\"512M\",536870912",
                "\"512 MiB\",536870912",
                "\"512mb\",536870912",
                "\" 4g \",4294967296",
                "\"1.5g\",1610612736",
                "\"2t\",2199023255552",
                "\"3k\",3072",
                "\"7b\",7",
                "\"-1\",-1",
                "-1,-1"
            })
    void readsASize(String json, long bytes) {
        Body body = ApiJson.MAPPER.readValue("{\"memory\":%s}".formatted(json), Body.class);

        assertThat(body.memory().bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"12 parsecs\"",
                "\"\"",
                "\"m\"",
                "\"1.5\"",
                "\"0.3k\"",
                "\"-5m\"",
                "\"1,5g\"",
                "\"5i\"",
                "\"5bb\"",
                "\"512mm\"",
                "\"1e3\"",
                "\"NaN\"",
                "\"999999999999999999t\"",
                "\"99999999999999999999\"",
                "99999999999999999999",
                "1.5",
                "1e3",
                "true",
                "[]",
                "{}",
                "{\"bytes\":5}"
            })
    void refusesWhatIsNoSizeAndNamesTheField(String json) {
        Throwable failure =
                catchThrowable(() -> ApiJson.MAPPER.readValue("{\"memory\":%s}".formatted(json), Body.class));

        assertThat(failure).isNotNull();
        ProblemMapper.Answer answer =
                new ProblemMapper().map(new org.springframework.core.codec.DecodingException("unreadable", failure));
        assertThat(answer.kind()).isEqualTo(ErrorKind.VALIDATION_ERROR);
        assertThat(answer.code()).isEqualTo("INVALID_VALUE");
        assertThat(answer.details()).containsEntry("field", "memory");
        assertThat(answer.message())
                .startsWith("memory")
                .doesNotContain("dev.roadstead")
                .doesNotContain("java.");
    }
}
