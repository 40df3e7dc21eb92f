package core

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Diagnostics are what a provider says against a request, as an error.
type Diagnostics []*tfprotov6.Diagnostic

// Error returns the errors and warnings one below the other, each with its attribute.
func (d Diagnostics) Error() string {
	var lines []string
	for _, one := range d {
		line := one.Severity.String() + ": " + one.Summary
		if one.Attribute != nil {
			line += " (" + one.Attribute.String() + ")"
		}
		lines = append(lines, line, one.Detail)
	}
	return strings.Join(lines, "\n")
}

// check returns the diagnostics as an error when one of them is an error.
func check(diags []*tfprotov6.Diagnostic) error {
	for _, one := range diags {
		if one.Severity == tfprotov6.DiagnosticSeverityError {
			return Diagnostics(diags)
		}
	}
	return nil
}
