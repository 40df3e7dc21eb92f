package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestWordNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ group, value, want string }{
		{"VmState", "Running", "VmStateRunning"},
		{"StateEvent", "enable", "StateEventEnable"},
		{"BondMode", "802.3ad", "BondMode8023ad"},
		{"Algorithm", "aes-128", "AlgorithmAes128"},
		{"Framework", "llama.cpp", "FrameworkLlamaCpp"},
		{"Architecture", "x86_64", "ArchitectureX86_64"},
		{"Policy", "layer2+3", "PolicyLayer23"},
	} {
		require.Equal(t, tt.want, wordName(tt.group, tt.value))
	}
	require.Equal(t, "VmState", joined(stem("VmInstanceInventory"), "State"))
	require.Equal(t, "AliyunDiskCategory", joined("AliyunDisk", "DiskCategory"))
	require.Equal(t, "DiskDiskette", joined("Disk", "Diskette"))
}

func TestWordsAreGenerated(t *testing.T) {
	t.Parallel()
	c := tiny()
	call := c.Actions[0]
	call.Params = append(call.Params, &catalog.Param{Name: "deleteMode", Type: "string", KnownValues: []string{"Soft", "hard-ish", "SOFT"}})
	pump := c.Types[2]
	pump.Fields = append(pump.Fields, &catalog.Field{Name: "phase", Type: "string", KnownValues: []string{"Up", "Down"}})
	files, err := generate(c, plain{}, new(grouping))
	require.NoError(t, err)
	for _, text := range []string{
		"\n// Values of Pump.Phase.\nconst (\n\tPumpPhaseUp   = \"Up\"\n\tPumpPhaseDown = \"Down\"\n)\n",
		"\n// Values of StartPumpAction.DeleteMode.\nconst (\n\tPumpDeleteModeSoft    = \"Soft\"\n\tPumpDeleteModeHardIsh = \"hard-ish\"\n",
		"\n// Values of StartPumpAction.Mode.\nconst (\n\tPumpModeSoft = \"soft\"\n",
	} {
		require.Contains(t, string(files["types/values.go"]), text)
	}
	require.Contains(t, string(files["types/pump.go"]), "// Phase [PumpPhaseUp] and so on name them.\n")

	call.Params = append(call.Params, &catalog.Param{Name: "other", Type: "string", KnownValues: []string{"a-b", "a.b"}})
	_, err = generate(c, plain{}, new(grouping))
	require.ErrorContains(t, err, `values "a-b" and "a.b" of PumpOther are both called PumpOtherAB in Go`)
}
