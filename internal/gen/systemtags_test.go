package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestSystemTagsAreGenerated(t *testing.T) {
	t.Parallel()
	c := tiny()
	c.SystemTags = []*catalog.SystemTag{
		{Pattern: "pumpIp::{pipeUuid}::{ip}", Resource: "PumpVO", Tokens: []string{"pipeUuid", "ip"}, Names: []string{"PumpSystemTags.PUMP_STATIC_IP"},
			Encoding: map[string]string{"ip": "ipv6-dashes"}, RefersTo: map[string]string{"pipeUuid": "PipeVO"}, Admin: true},
		{Pattern: "pumpIp::{pipeUuid}::{ip}", Resource: "TankVO", Tokens: []string{"pipeUuid", "ip"}, Names: []string{"TankSystemTags.STATIC_IP"}},
		{Pattern: "pin::{pin}::set", Resource: "VmInstanceVO", Tokens: []string{"pin"}, Names: []string{"VmSystemTags.VM_PIN"}, Sensitive: []string{"pin"}, Deprecated: true},
		{Pattern: "data::{type}", Resource: "VmInstanceVO", Tokens: []string{"type"}, Names: []string{"VmSystemTags._DATA"}, Encoding: map[string]string{"type": "base64"}},
		{Pattern: "drop", Tokens: []string{}, Names: []string{"PumpSystemTags.DROP"}, Ephemeral: true},
		{Pattern: "ephemeral::drop", Tokens: []string{}, Names: []string{"PumpSystemTags.DROP"}, Ephemeral: true},
	}
	files, err := generate(c, plain{}, new(grouping))
	require.NoError(t, err)
	builders, patterns := string(files["types/systemtags/builders.go"]), string(files["types/systemtags/patterns.go"])
	for _, line := range []string{
		"func PumpStaticIP(pipeUUID string, ip netip.Addr) string {\n\treturn \"pumpIp::\" + pipeUUID + \"::\" + dashed(ip)\n}\n",
		"UUID of a PipeVO.", "is for administrators alone.",
		"func TankStaticIP(pipeUUID string, ip string) string {\n",
		"func VmPin(pin types.Secret) string {\n\treturn \"pin::\" + string(pin) + \"::set\"\n}\n", "// Deprecated: ",
		"func VmData(type_ []byte) string {\n\treturn \"data::\" + base64.StdEncoding.EncodeToString(type_)\n}\n",
		"func PumpDrop() string {\n", "func EphemeralPumpDrop() string {\n",
	} {
		require.Contains(t, builders, line)
	}
	require.Contains(t, patterns, `{Format: "pumpIp::{pipeUuid}::{ip}", Resources: []string{"PumpVO", "TankVO"}, Tokens: []string{"pipeUuid", "ip"}, References: []string{"pipeUuid"}, Admin: true, encodings: []encoding{{"ip", "ipv6-dashes"}}},`)

	for _, tt := range []struct {
		tag  catalog.SystemTag
		want string
	}{
		{catalog.SystemTag{Pattern: "x::{y}", Resource: "AVO", Tokens: []string{"y"}, Names: []string{"A.B"}, Encoding: map[string]string{"y": "rot13"}}, `system tag x::{y}: the encoding "rot13" of y is unknown`},
		{catalog.SystemTag{Pattern: "x::{z}", Resource: "AVO", Tokens: []string{"y"}, Names: []string{"A.B"}}, "system tag x::{z}: the token y is not in it"},
	} {
		c.SystemTags = []*catalog.SystemTag{&tt.tag}
		_, err := generate(c, plain{}, new(grouping))
		require.ErrorContains(t, err, tt.want)
	}
}

func TestParameterNames(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{"l3NetworkUuid": "l3NetworkUUID", "RDPEnable": "rdpEnable", "ip": "ip", "uuid": "uuid", "cpuNum": "cpuNum", "apiId": "apiID", "type": "type_"} {
		require.Equal(t, want, parameterName(token))
	}
}
