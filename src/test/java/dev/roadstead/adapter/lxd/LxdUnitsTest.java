package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits mean the same in both directions. */
class LxdUnitsTest {
    @ParameterizedTest
    @CsvSource({
        "1024, 1024",
        "67108864B, 67108864",
        "1kB, 1000",
        "512MB, 512000000",
        "512MiB, 536870912",
        "2 GiB, 2147483648",
        "1TB, 1000000000000"
    })
    void sizesAreReadWithTheirUnits(String text, long bytes) {
        assertThat(LxdUnits.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"50%", "", "lots", "-1B", "99999999999999999999MB", "999999999999999999PB"})
    void whatIsNoNumberOfBytesIsNoLimit(String text) {
        assertThat(LxdUnits.bytes(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2, -, 2",
                "0-1, -, 2",
                "'0,3-5', -, 4",
                "-, 50ms/100ms, 0.5",
                "-, 1250ms/1000ms, 1.25",
                "4, 150ms/100ms, 1.5",
                "-, 50%, -",
                "-, -, -",
                "x, -, -"
            })
    void coresAreReadFromNumbersSetsAndShares(String cores, String allowance, BigDecimal cpus) {
        BigDecimal read = LxdUnits.cpus(cores, allowance);

        if (cpus == null) {
            assertThat(read).isNull();
        } else {
            assertThat(read).isEqualByComparingTo(cpus);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, 50ms/100ms", "1.5, 150ms/100ms", "0.25, 25ms/100ms", "0.125, 125ms/1000ms"})
    void partsOfCoresAreWrittenExactly(BigDecimal cpus, String allowance) {
        assertThat(LxdUnits.allowance(cpus)).isEqualTo(allowance);
        assertThat(LxdUnits.cpus(null, allowance)).isEqualByComparingTo(cpus);
    }

    @Test
    void whatIsFinerThanAThousandthCannotBeWritten() {
        assertThat(LxdUnits.allowance(new BigDecimal("0.0001"))).isNull();
    }
}
