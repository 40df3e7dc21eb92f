package command

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/zstack"
)

// knownFields refuses names of fields that neither the type of the rows has nor any row: newer
// servers have more.
func knownFields(k kinds.Kind, rows []json.RawMessage, names []string) error {
	known := fieldNames(k)
	for _, row := range rows {
		var members map[string]json.RawMessage
		if json.Unmarshal(row, &members) == nil {
			known = slices.AppendSeq(known, maps.Keys(members))
		}
	}
	for _, name := range names {
		first, _, _ := strings.Cut(name, ".")
		if !slices.Contains(known, first) {
			return usage("%s is not known as a field of %s; these are: %s", first, k.Word, joined(fieldNames(k)))
		}
	}
	return nil
}

// unknownField adds to the server's refusal which names conditions can have, where one is not
// among them.
func unknownField(err error, k kinds.Kind, args []string) error {
	var failed *zstack.Error
	if !errors.As(err, &failed) || failed.Code == nil {
		return err
	}
	known := map[string]bool{"__systemTag__": true, "__userTag__": true}
	var names []string
	for _, f := range k.Inventory.Fields {
		known[f.Name] = true
		names = append(names, f.Name)
	}
	for _, arg := range args {
		name, _, _ := strings.Cut(arg[:max(0, strings.IndexAny(arg, "=<>!~?"))], ".")
		if name != "" && !known[name] && len(names) > 0 {
			return &cloud.Error{Message: explain(err) + "\n" + lang.S("%s is not known as a field of %s; these are: %s", name, k.Word, joined(names)), Err: err}
		}
	}
	return err
}
