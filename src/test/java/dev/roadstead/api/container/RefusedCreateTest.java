package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.roadstead.api.ApiJson;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.codec.DecodingException;
import org.springframework.web.server.ServerWebInputException;
import tools.jackson.core.JacksonException;

/** Every senseless create request is the client's fault, told with the field, before any engine is asked. */
class RefusedCreateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | MISSING_IMAGE | image",
                "{'image':null} | MISSING_IMAGE | image",
                "{'image':''} | MISSING_IMAGE | image",
                "{'image':' '} | MISSING_IMAGE | image",
                "{'image':'a b'} | INVALID_IMAGE | image",
                "{'image':'a\\u0000'} | INVALID_IMAGE | image",
                "{'image':5} | INVALID_VALUE | image",
                "{'image':true} | INVALID_VALUE | image",
                "{'image':['a']} | INVALID_VALUE | image",
                "{'image':'a','memroy':'1g'} | UNKNOWN_FIELD | memroy",
                "{'image':'a','resources':{'memroy':'1g'}} | UNKNOWN_FIELD | resources.memroy",
                "{'image':'a','ports':[{'container':80,'hots':1}]} | UNKNOWN_FIELD | ports[0].hots",
                "{'image':'a','networks':[{'name':'n','mac':'x'}]} | UNKNOWN_FIELD | networks[0].mac",
                "{'image':'a','name':'../etc'} | INVALID_NAME | name",
                "{'image':'a','name':''} | INVALID_NAME | name",
                "{'image':'a','pull':'sometimes'} | INVALID_PULL | pull",
                "{'image':'a','placement':{'kinds':['dockr']}} | INVALID_PLACEMENT_KINDS | placement.kinds",
                "{'image':'a','placement':{'kinds':[null]}} | INVALID_PLACEMENT_KINDS | placement.kinds[0]",
                "{'image':'a','placement':{'engines':[null]}} | INVALID_PLACEMENT_ENGINES | placement.engines[0]",
                "{'image':'a','command':'sleep 60'} | INVALID_VALUE | command",
                "{'image':'a','command':['sleep',null]} | INVALID_COMMAND | command[1]",
                "{'image':'a','command':['sleep',60]} | INVALID_VALUE | command[1]",
                "{'image':'a','entrypoint':['a\\u0000b']} | INVALID_ENTRYPOINT | entrypoint[0]",
                "{'image':'a','env':{'A':null}} | INVALID_ENV_A | env.A",
                "{'image':'a','env':{'A':1}} | INVALID_VALUE | env.A",
                "{'image':'a','env':{'A=B':'1'}} | INVALID_ENV | env",
                "{'image':'a','env':{'':'1'}} | INVALID_ENV | env",
                "{'image':'a','env':['A=1']} | INVALID_VALUE | env",
                "{'image':'a','labels':{'dev.roadstead.cuid':'x'}} | RESERVED_LABEL | labels",
                "{'image':'a','native':{'Labels':{'dev.roadstead.cuid':'x'}}} | RESERVED_FIELD | native.Labels",
                "{'image':'a','native':{'labels':null}} | RESERVED_FIELD | native.labels",
                "{'image':'a','resources':{'cpus':1e-30000000}} | INVALID_RESOURCES_CPUS | resources.cpus",
                "{'image':'a','labels':{'team':null}} | INVALID_LABELS_TEAM | labels.team",
                "{'image':'a','labels':{' ':'x'}} | INVALID_LABELS | labels",
                "{'image':'a','tags':['']} | INVALID_TAGS | tags",
                "{'image':'a','tags':[null]} | INVALID_TAGS | tags",
                "{'image':'a','tags':'blue'} | INVALID_VALUE | tags",
                "{'image':'a','tty':'yes'} | INVALID_VALUE | tty",
                "{'image':'a','tty':'true'} | INVALID_VALUE | tty",
                "{'image':'a','start':1} | INVALID_VALUE | start",
                "{'image':'a','ports':[null]} | MISSING_PORTS | ports[0]",
                "{'image':'a','ports':[{}]} | MISSING_PORTS_CONTAINER | ports[0].container",
                "{'image':'a','ports':[{'container':70000}]} | INVALID_PORTS_CONTAINER | ports[0].container",
                "{'image':'a','ports':[{'container':0}]} | INVALID_PORTS_CONTAINER | ports[0].container",
                "{'image':'a','ports':[{'container':80},{'container':81,'host':70000}]} | INVALID_PORTS_HOST | ports[1].host",
                "{'image':'a','ports':[{'container':80,'host':-1}]} | INVALID_PORTS_HOST | ports[0].host",
                "{'image':'a','ports':[{'container':80.5}]} | INVALID_VALUE | ports[0].container",
                "{'image':'a','ports':[{'container':'80'}]} | INVALID_VALUE | ports[0].container",
                "{'image':'a','ports':[{'container':99999999999}]} | INVALID_VALUE | ports[0].container",
                "{'image':'a','ports':[{'container':80,'protocol':'icmp'}]} | INVALID_PORTS_PROTOCOL | ports[0].protocol",
                "{'image':'a','ports':[{'container':80,'host_ip':'here'}]} | INVALID_PORTS_HOST_IP | ports[0].host_ip",
                "{'image':'a','ports':[80]} | INVALID_VALUE | ports[0]",
                "{'image':'a','mounts':[null]} | MISSING_MOUNTS | mounts[0]",
                "{'image':'a','mounts':[{'target':'/a'}]} | MISSING_MOUNTS_TYPE | mounts[0].type",
                "{'image':'a','mounts':[{'type':'other','target':'/a'}]} | INVALID_MOUNTS_TYPE | mounts[0].type",
                "{'image':'a','mounts':[{'type':'volume'}]} | INVALID_MOUNTS_TARGET | mounts[0].target",
                "{'image':'a','mounts':[{'type':'volume','target':'a'}]} | INVALID_MOUNTS_TARGET | mounts[0].target",
                "{'image':'a','mounts':[{'type':'bind','target':'/a'}]} | INVALID_MOUNTS_SOURCE | mounts[0].source",
                "{'image':'a','mounts':[{'type':'bind','source':'a','target':'/a'}]} | INVALID_MOUNTS_SOURCE | mounts[0].source",
                "{'image':'a','mounts':[{'type':'tmpfs','source':'a','target':'/a'}]} | INVALID_MOUNTS_SOURCE | mounts[0].source",
                "{'image':'a','networks':[null]} | MISSING_NETWORKS | networks[0]",
                "{'image':'a','networks':['']} | MISSING_NETWORKS_NAME | networks[0].name",
                "{'image':'a','networks':[{}]} | MISSING_NETWORKS_NAME | networks[0].name",
                "{'image':'a','networks':[5]} | INVALID_VALUE | networks[0]",
                "{'image':'a','networks':[{'name':'n','ip':'fe80::1'}]} | INVALID_NETWORKS_IP | networks[0].ip",
                "{'image':'a','networks':[{'name':'n','ip':'300.1.1.1'}]} | INVALID_NETWORKS_IP | networks[0].ip",
                "{'image':'a','networks':[{'name':'n','aliases':[null]}]} | INVALID_NETWORKS_ALIASES | networks[0].aliases[0]",
                "{'image':'a','resources':{'cpus':-1}} | INVALID_RESOURCES_CPUS | resources.cpus",
                "{'image':'a','resources':{'cpus':0}} | INVALID_RESOURCES_CPUS | resources.cpus",
                "{'image':'a','resources':{'cpus':1e99}} | INVALID_RESOURCES_CPUS | resources.cpus",
                "{'image':'a','resources':{'cpus':'1.5'}} | INVALID_VALUE | resources.cpus",
                "{'image':'a','resources':{'memory':'12 parsecs'}} | INVALID_VALUE | resources.memory",
                "{'image':'a','resources':{'memory':''}} | INVALID_VALUE | resources.memory",
                "{'image':'a','resources':{'memory':0}} | INVALID_RESOURCES_MEMORY | resources.memory",
                "{'image':'a','resources':{'memory':-1}} | INVALID_RESOURCES_MEMORY | resources.memory",
                "{'image':'a','resources':{'memory_swap':-2}} | INVALID_RESOURCES_MEMORY_SWAP | resources.memory_swap",
                "{'image':'a','resources':{'pids':0}} | INVALID_RESOURCES_PIDS | resources.pids",
                "{'image':'a','resources':{'cpu_weight':1}} | INVALID_RESOURCES_CPU_WEIGHT | resources.cpu_weight",
                "{'image':'a','resources':'small'} | INVALID_VALUE | resources",
                "{'image':'a','restart_policy':{}} | MISSING_RESTART_POLICY_NAME | restart_policy.name",
                "{'image':'a','restart_policy':{'name':'never'}} | INVALID_RESTART_POLICY_NAME | restart_policy.name",
                "{'image':'a','restart_policy':{'name':'always','max_retries':3}} | INVALID_RESTART_POLICY_MAX_RETRIES | restart_policy.max_retries",
                "{'image':'a','restart_policy':{'name':'on-failure','max_retries':-1}} | INVALID_RESTART_POLICY_MAX_RETRIES | restart_policy.max_retries",
                "{'image':'a','healthcheck':{}} | MISSING_HEALTHCHECK_TEST | healthcheck.test",
                "{'image':'a','healthcheck':{'test':['true']}} | INVALID_HEALTHCHECK_TEST | healthcheck.test",
                "{'image':'a','healthcheck':{'test':[null]}} | INVALID_HEALTHCHECK_TEST | healthcheck.test[0]",
                "{'image':'a','healthcheck':{'test':['CMD',null]}} | INVALID_HEALTHCHECK_TEST | healthcheck.test[1]",
                "{'image':'a','healthcheck':{'test':['CMD-SHELL','a','b']}} | INVALID_HEALTHCHECK_TEST | healthcheck.test",
                "{'image':'a','healthcheck':{'test':['NONE','x']}} | INVALID_HEALTHCHECK_TEST | healthcheck.test",
                "{'image':'a','healthcheck':{'test':['NONE'],'interval':-1}} | INVALID_HEALTHCHECK_INTERVAL | healthcheck.interval",
                "{'image':'a','healthcheck':{'test':['NONE'],'retries':0}} | INVALID_HEALTHCHECK_RETRIES | healthcheck.retries",
                "{'image':'a','security':{'cap_add':[null]}} | INVALID_SECURITY_CAP_ADD | security.cap_add[0]",
                "{'image':'a','security':{'cap_drop':['NET ADMIN']}} | INVALID_SECURITY_CAP_DROP | security.cap_drop",
                "{'image':'a','profiles':['boot']} | INVALID_PROFILES | profiles",
                "{'image':'a','profiles':[null]} | INVALID_PROFILES | profiles",
                "{'image':'a','native':[]} | INVALID_VALUE | native"
            })
    void namesTheFieldThatMakesNoSense(String json, String code, String field) {
        ProblemMapper.Answer answer = refusal(json.replace('\'', '"'));

        assertThat(answer.kind()).isEqualTo(ErrorKind.VALIDATION_ERROR);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.details()).containsEntry("field", field).containsKey("provided");
        assertThat(answer.message())
                .contains(field.replaceAll("\\..*", ""))
                .doesNotContain("dev.roadstead.api")
                .doesNotContain("java.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"image\":\"a\"",
                "{\"image\":\"a\"}}",
                "{\"image\":\"a\"} {}",
                "{\"image\":\"a\",\"image\":\"b\"}",
                "{image:\"a\"}",
                "nonsense",
                "<html>"
            })
    void brokenJsonIsTheClientsFault(String json) {
        ProblemMapper.Answer answer = refusal(json);

        assertThat(answer.kind()).isEqualTo(ErrorKind.VALIDATION_ERROR);
        assertThat(answer.message()).doesNotContain("dev.roadstead").doesNotContain("java.");
    }

    @Test
    void aNameOf300CharactersIsToldInShort() {
        ProblemMapper.Answer answer = refusal("{\"image\":\"a\",\"name\":\"%s\"}".formatted("n".repeat(300)));

        assertThat(answer.code()).isEqualTo("INVALID_NAME");
        assertThat(answer.message().length()).isLessThan(300);
    }

    @Test
    void aTagOfMoreThan128CharactersIsRefused() {
        assertThat(refusal("{\"image\":\"a\",\"tags\":[\"%s\"]}".formatted("t".repeat(129)))
                        .code())
                .isEqualTo("INVALID_TAGS");
    }

    @Test
    void theMissingImageIsToldAsTheContractSays() {
        assertThat(refusal("{}").details()).containsEntry("field", "image").containsEntry("provided", null);
    }

    /** As the application does it: Spring's decoder wraps what the mapper says. */
    private static ProblemMapper.Answer refusal(String json) {
        Throwable failure = catchThrowable(() -> {
            try {
                CreateRequests.command(ApiJson.MAPPER.readValue(json, CreateContainerRequest.class), null);
            } catch (JacksonException unreadable) {
                throw new ServerWebInputException(
                        "Failed to read HTTP message", null, new DecodingException("JSON decoding error", unreadable));
            }
        });
        assertThat(failure).as(json).isNotNull();
        return new ProblemMapper().map(failure);
    }
}
