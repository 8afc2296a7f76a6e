package dev.roadstead.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProblemMapperTest {
    private final ProblemMapper mapper = new ProblemMapper();

    @Test
    void aBodyThatTheClientBreaksOffIsNoFaultOfTheGateway() {
        assertThat(mapper.map(new IOException("Connection reset by peer")).kind())
                .isEqualTo(ErrorKind.IO_ERROR);
    }

    @Test
    void whatNobodyKnowsIsAFaultOfTheGatewayAndTellsNoInternals() {
        ProblemMapper.Answer answer = mapper.map(new IllegalStateException("secret"));
        assertThat(answer.kind()).isEqualTo(ErrorKind.INTERNAL_ERROR);
        assertThat(answer.message()).doesNotContain("secret");
    }
}
