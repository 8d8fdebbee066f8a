// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that sees valijson and <regex>: it takes half a minute to compile.
#include "rig/profile/schema.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// valijson's patterns bring <regex>, which g++ 12 with sanitizers believes to be half filled.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <regex>

namespace fourpole {

bool fits_pattern(const std::string& text, const std::string& pattern) {
    return std::regex_search(text, std::regex(pattern));
}

std::string judge_by_schema(const Json& schema, const Json& document) {
    // valijson's adapter knows nlohmann's sorted objects only.
    const nlohmann::json sorted_schema = schema, sorted_document = document;
    try {
        valijson::Schema parsed;
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(sorted_schema), parsed);

        valijson::Validator validator(valijson::Validator::kStrongTypes);
        valijson::ValidationResults results;
        if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(sorted_document), &results))
            return "";
        valijson::ValidationResults::Error error;
        if (!results.popError(error)) return "does not fit its schema";
        std::string where;
        for (const std::string& step : error.context) where += step;
        return where + ": " + error.description;
    } catch (const std::exception& error) {
        return std::string("the schema cannot be used: ") + error.what();
    }
}

}  // namespace fourpole
