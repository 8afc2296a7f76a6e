package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TagsTest {
    @Test
    void tagsComeBackAsTheyWere() {
        Random random = new Random(7);
        String letters = "ab,\\ é";
        for (int round = 0; round < 2_000; round++) {
            List<String> tags = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                StringBuilder tag = new StringBuilder();
                for (int j = random.nextInt(5); j >= 0; j--) {
                    tag.append(letters.charAt(random.nextInt(letters.length())));
                }
                tags.add(tag.toString());
            }

            assertThat(Tags.of(Map.of(Labels.TAGS, Tags.join(tags)))).isEqualTo(tags);
        }
    }

    @Test
    void plainTagsAreReadableOnTheEngine() {
        assertThat(Tags.join(List.of("blue", "eu-1"))).isEqualTo("blue,eu-1");
    }

    @Test
    void noLabelOrAnEmptyOneIsNoTags() {
        assertThat(Tags.of(Map.of())).isEmpty();
        assertThat(Tags.of(Map.of(Labels.TAGS, ""))).isEmpty();
    }

    @Test
    void aStrayBackslashAtTheEndIsKept() {
        assertThat(Tags.of(Map.of(Labels.TAGS, "a,b\\"))).containsExactly("a", "b\\");
    }
}
