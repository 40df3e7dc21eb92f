package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zstack-go/zstack-go/zstack"
)

// attributes are the attributes of zstack_vm by the parameters that they become.
var attributes = map[string]string{
	"uuid":                 "uuid",
	"resourceUuid":         "uuid",
	"vmInstanceUuid":       "uuid",
	"name":                 "name",
	"description":          "description",
	"imageUuid":            "image_uuid",
	"instanceOfferingUuid": "instance_offering_uuid",
	"l3NetworkUuids":       "l3_network_uuids",
	"l3NetworkUuid":        "l3_network_uuids",
	"strategy":             "state",
}

// report adds an error of the SDK to diags: at the attribute that is wrong, where one is, and
// with what can be done about it. What was tried is a verb and its object, "create the VM".
func report(diags *diag.Diagnostics, tried string, err error) {
	var invalid *zstack.ValidationError
	if errors.As(err, &invalid) {
		reportInvalid(diags, tried, invalid)
		return
	}
	var unknown *zstack.UnknownOutcomeError
	if errors.As(err, &unknown) {
		diags.AddError("It is not known whether the server did this: "+tried,
			"The call was sent and its reply was lost. The server may have made the change or not. It was not "+
				"sent again, because the change could then be made twice. The next terraform plan reads what there is.\n\n"+err.Error())
		return
	}
	diags.AddError("Could not "+tried, advice(err)+"\n\n"+err.Error())
}

func reportInvalid(diags *diag.Diagnostics, tried string, invalid *zstack.ValidationError) {
	summary, detail := "Could not "+tried, "Nothing was sent to the server. "+invalid.Error()
	if attribute, ok := attributes[invalid.Field]; ok {
		diags.AddAttributeError(path.Root(attribute), summary, detail)
		return
	}
	diags.AddError(summary, detail)
}

// advice says what an error that is no mistake of the configuration's means for its user.
func advice(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "There was not enough time, which the attribute timeouts sets. What the server has begun goes on."
	case errors.Is(err, context.Canceled):
		return "This was interrupted. What the server has begun goes on."
	case zstack.IsAuthenticationFailed(err), zstack.IsInvalidSession(err):
		return "The server did not accept the credentials of the provider."
	case zstack.IsPermissionDenied(err):
		return "The account of the provider may not do this."
	case zstack.IsQuotaExceeded(err):
		return "The quota of the provider's account does not allow this."
	case zstack.IsThrottled(err):
		return "The server gets too many requests. A lower -parallelism of terraform makes fewer."
	case zstack.IsNotFound(err):
		return "There is no such resource: a UUID in the configuration is wrong, or what it names was deleted."
	}
	return "The server did not do it."
}

// reportSettings adds what is wrong with the provider's block or with the environment.
func reportSettings(diags *diag.Diagnostics, err error) {
	var invalid *zstack.ValidationError
	if errors.As(err, &invalid) && invalid.Field == "endpoint" || errors.Is(err, errNoCredentials) {
		diags.AddAttributeError(path.Root("endpoint"), "The provider is not configured", err.Error())
		return
	}
	diags.AddError("The provider is not configured",
		fmt.Sprintf("Its block or the environment has to say which management node there is, and who asks: %v", err))
}
