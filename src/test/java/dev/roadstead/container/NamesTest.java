package dev.roadstead.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names and words of the domain: what they take, what they refuse. */
class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"ab", "web-1", "Web_1.two", "0a"})
    void takesAContainersName(String name) {
        assertThat(new ContainerName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "-web", ".web", "../web", "a/b", "a b", "web\n", "wéb", "a:b", "a%2fb"})
    void refusesANameThatCouldBreakAPath(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContainerName(name))
                .withMessageContaining("expected");
    }

    @Test
    void aNameHasAtMost128Characters() {
        assertThat(new ContainerName("n".repeat(128)).value()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerName("n".repeat(129)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4f1b3c5d7e9f", "web", "a"})
    void takesAnEnginesId(String id) {
        assertThat(new ContainerId(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../x", "a/b", "a?b", "a#b", "a\r\nb"})
    void refusesAnIdThatCouldBreakAPath(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerId(id));
    }

    @ParameterizedTest
    @CsvSource({"SIGTERM,TERM", "term,TERM", "TERM,TERM", "sigusr1,USR1", "15,15", "9,9", "RTMIN+3,RTMIN+3"})
    void readsASignalInEveryUsualForm(String text, String value) {
        assertThat(Signal.of(text).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "HUP,1",
        "KILL,9",
        "TERM,15",
        "SYS,31",
        "IOT,6",
        "CLD,17",
        "POLL,29",
        "15,15",
        "64,64",
        "RTMIN,34",
        "RTMIN+3,37",
        "RTMAX,64",
        "RTMAX-3,61",
        "RTMAX-14,50"
    })
    void everySignalHasItsLinuxNumber(String name, int number) {
        assertThat(new Signal(name).number()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIG", "0", "-9", "100", "TERM;rm", "TERM&x=1", "TERM\n", "Ä"})
    void refusesWhatIsNoSignal(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Signal.of(text)).withMessageContaining("signal");
    }

    @ParameterizedTest
    @EnumSource(RestartPolicy.Name.class)
    void aRestartPolicyIsFoundByItsWord(RestartPolicy.Name name) {
        assertThat(RestartPolicy.Name.of(name.word())).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "never", "Always", "on_failure"})
    void refusesAnUnknownRestartPolicy(String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestartPolicy.Name.of(word))
                .withMessageContaining("unless-stopped");
    }

    @ParameterizedTest
    @EnumSource(WaitCondition.class)
    void aWaitConditionIsFoundByItsWord(WaitCondition condition) {
        assertThat(WaitCondition.of(condition.word())).contains(condition);
    }

    @Test
    void anUnknownWaitConditionIsNotFound() {
        assertThat(WaitCondition.of("NOT_RUNNING")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aProtocolIsFoundByItsWord(Protocol protocol) {
        assertThat(Protocol.of(protocol.word())).isEqualTo(protocol);
    }

    @Test
    void theGatewaysOwnLabelsAreKnownByTheirPrefix() {
        assertThat(Labels.isOwn(Labels.CUID)).isTrue();
        assertThat(Labels.isOwn(Labels.TAGS)).isTrue();
        assertThat(Labels.isOwn(Labels.IDEMPOTENCY_KEY)).isTrue();
        assertThat(Labels.isOwn(Labels.REQUEST_HASH)).isTrue();
        assertThat(Labels.isOwn("dev.roadstead.anything")).isTrue();
        assertThat(Labels.isOwn("dev.roadsteads")).isFalse();
        assertThat(Labels.isOwn("team")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = ContainerStatus.class,
            names = {"RUNNING", "PAUSED", "RESTARTING", "STOPPING"})
    void aProcessIsThereInTheseStates(ContainerStatus status) {
        assertThat(status.isAlive()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = ContainerStatus.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RUNNING", "PAUSED", "RESTARTING", "STOPPING"})
    void noProcessIsThereInTheOthers(ContainerStatus status) {
        assertThat(status.isAlive()).isFalse();
    }
}
