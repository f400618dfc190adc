/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "region.h"

#include <cstring>
#include <string>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

void region_of(uint64_t national, char region[REGION_SIZE])
{
    PhoneNumber number;
    number.set_country_code(44);
    number.set_national_number(national);
    std::string found;
    PhoneNumberUtil::GetInstance()->GetRegionCodeForNumber(number, &found);
    memset(region, 0, REGION_SIZE);
    found.copy(region, REGION_SIZE - 1);
}
