package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.fleet.ContainerFilter;
import dev.roadstead.fleet.ContainerOrder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;

class ListParametersTest {
    @Test
    void nothingAskedIsNoFilter() {
        assertThat(ListParameters.filter(new LinkedMultiValueMap<>())).isEqualTo(ContainerFilter.NONE);
    }

    @Test
    void readsEveryFilter() {
        assertThat(ListParameters.filter(query("engine=local,metal&engine=build&kind=docker,lxd&status=running"
                        + "&status=stopped&tag=blue&tag=eu,1&label=team&label=tier=a,b&name=web&managed=true")))
                .isEqualTo(new ContainerFilter(
                        Set.of("local", "metal", "build"),
                        Set.of(EngineKind.DOCKER, EngineKind.LXD),
                        Set.of(ContainerStatus.RUNNING, ContainerStatus.STOPPED),
                        List.of("blue", "eu,1"),
                        List.of("team", "tier=a,b"),
                        "web",
                        true));
    }

    @Test
    void emptyWordsAreNone() {
        assertThat(ListParameters.filter(query("engine=&status=,"))).isEqualTo(ContainerFilter.NONE);
    }

    @ParameterizedTest
    @CsvSource({"kind,dockr", "status,up", "status,RUNNING", "managed,yes", "managed,''"})
    void refusesAnUnknownWordAndNamesTheParameter(String name, String word) {
        MultiValueMap<String, String> query = new LinkedMultiValueMap<>();
        query.add(name, word);

        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> ListParameters.filter(query));

        assertThat(refused.details()).containsEntry("field", name).containsEntry("provided", word);
        assertThat(refused.getMessage()).contains("expected");
    }

    @ParameterizedTest
    @EnumSource(ContainerOrder.class)
    void anOrderIsFoundByItsWord(ContainerOrder order) {
        assertThat(ListParameters.order(order.word())).isEqualTo(order);
    }

    @Test
    void newestComeFirstUnlessAskedOtherwise() {
        assertThat(ListParameters.order(null)).isEqualTo(ContainerOrder.NEWEST_FIRST);
    }

    @Test
    void refusesAnUnknownOrder() {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> ListParameters.order("size"));

        assertThat(refused.code()).isEqualTo("INVALID_SORT");
        assertThat(refused.getMessage()).contains("-created_at");
    }

    private static MultiValueMap<String, String> query(String text) {
        return UriComponentsBuilder.fromUriString("/?" + text).build().getQueryParams();
    }
}
