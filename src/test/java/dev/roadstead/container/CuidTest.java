package dev.roadstead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CuidTest {
    @Test
    void everyNewOneIsDifferentAndOfVersionFour() {
        assertThat(IntStream.range(0, 1_000).mapToObj(i -> Cuid.random()))
                .doesNotHaveDuplicates()
                .allMatch(cuid -> Cuid.isCuid(cuid.value()))
                .allMatch(cuid -> cuid.value().charAt(15) == '4')
                .noneMatch(Cuid::isDerived);
    }

    @Test
    void aDerivedOneDependsOnEngineAndNativeId() {
        Cuid cuid = Cuid.derived("local", "4f1b3c5d7e9f");

        assertThat(cuid.isDerived()).isTrue();
        assertThat(Cuid.derived("local", "4f1b3c5d7e9f")).isEqualTo(cuid);
        assertThat(Cuid.derived("local", "4f1b3c5d7e9e")).isNotEqualTo(cuid);
        assertThat(Cuid.derived("other", "4f1b3c5d7e9f")).isNotEqualTo(cuid);
        assertThat(Cuid.derived("a", "bc")).isNotEqualTo(Cuid.derived("ab", "c"));
    }

    // Computed with Python's uuid.uuid5 of the same name space: it must never change, clients keep these ids.
    @Test
    void aDerivedOneIsTheUuidOfVersionFiveOfItsName() {
        assertThat(Cuid.derived("local", "4f1b3c5d7e9f").value()).isEqualTo("c58d2f691-2b17-518f-bf00-85a09fe175c9");
    }

    @Test
    void isShownAsItsText() {
        assertThat(new Cuid("c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10"))
                .hasToString("c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c",
                "0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10",
                "c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e1",
                "c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e100",
                "C0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10",
                "c0B7E9A52-6f0e-4a5f-8f43-3f6a2c1d9e10",
                "c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10\n",
                "local:web"
            })
    void refusesWhatIsNone(String text) {
        assertThat(Cuid.isCuid(text)).isFalse();
        assertThatThrownBy(() -> new Cuid(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }
}
