package dev.roadstead.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessTableTest {
    @Test
    void theLastColumnMayHoldSpacesAndShortRowsAreFilled() {
        ProcessTable table = ProcessTable.parse("""
                USER   PID  PPID STAT  RSS COMMAND
                root 12345     1 SsJ  2308 /bin/sh -c echo  a b
                www  12346 12345 Z       0

                """);

        assertThat(table.titles()).containsExactly("USER", "PID", "PPID", "STAT", "RSS", "COMMAND");
        assertThat(table.processes())
                .containsExactly(
                        List.of("root", "12345", "1", "SsJ", "2308", "/bin/sh -c echo  a b"),
                        List.of("www", "12346", "12345", "Z", "0", ""));
    }

    @Test
    void nothingWrittenIsNoTable() {
        assertThat(ProcessTable.parse("\n").titles()).isEmpty();
    }
}
