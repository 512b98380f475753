"""More words that no text to patients may hold: promises of cure, praise, and the illnesses of special hospitals.

"最好" is harmless only where it gives advice ("最好空腹"), no longer in "疗效最好". What a hospital has added, changed
or taken out of use itself stays as it is.
"""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils.text import slugify

# Of each list, Chinese and English of an entry; both count in both languages, and a Latin word in its plural too.
WORDS = {
    "wording_cure": """
        治愈 = cured; 保证治愈 = guaranteed to cure; 治好 = cure; 包治好 = sure cure; 包好 = sure to heal;
        保证好 = sure to recover; 痊愈 = heals completely; 断根 = healed for good; 去根 = healed forever;
        除根 = gone for good; 不复发 = no relapse; 不再复发 = never relapses; 绝不复发 = will not come back;
        一次治好 = one treatment is enough; 一针见效 = one injection is enough; 立竿见影 = works at once;
        见效快 = works immediately; 妙手回春 = works wonders; 保证疗效 = guaranteed results;
        保证有效 = guaranteed to work; 确保疗效 = results guaranteed; 疗效确切 = proven results;
        无效退款 = money back; 无副作用 = no side effect; 没有副作用 = without side effects;
        零副作用 = side-effect-free; 绝对安全 = absolutely safe; 万无一失 = nothing can go wrong;
        无任何风险 = no risk at all; 永久有效 = lasts forever; 有效率达 = effective in all; 神药 = miracle cure;
        特效药 = wonder drug; 祖传秘方 = secret recipe
    """,
    "wording_best": """
        最好 = best of all; 疗效最好 = best results; 效果最好 = best outcome; 技术最好 = best technique;
        服务最好 = best service; 医生最好 = best doctor; 专家最好 = best expert; 设备最好 = best equipment;
        水平最好 = best level; 质量最好 = best quality; 条件最好 = best conditions; 环境最好 = best surroundings;
        全国第一 = first in the country; 全省第一 = first in the province; 全市第一 = first in town;
        世界第一 = first in the world; 行业第一 = first of all hospitals; 排名第一 = ranked first;
        首屈一指 = unmatched; 无与伦比 = unparalleled; 遥遥领先 = way ahead of others; 绝无仅有 = unbeatable;
        史无前例 = unprecedented; 无人能及 = finest; 全省唯一 = the only one in the province;
        全市唯一 = the only one in town; 唯一指定 = the only appointed; 国内领先 = nation's leading;
        国际领先 = world's leading; 领先水平 = leading hospital; 权威专家 = leading expert; 金牌医生 = top-rated;
        王牌科室 = top department; 顶流 = top hospital; 极致 = ultimate; 之最 = most experienced;
        殿堂级 = most effective; 冠军 = champion; 超一流 = top specialist; 国宝级 = national treasure
    """,
    "wording_clinical": """
        白内障 = cataract; 青光眼 = glaucoma; 近视 = myopia; 近视眼 = short-sighted; 远视 = hyperopia;
        散光 = astigmatism; 弱视 = amblyopia; 斜视 = squint; 斜视眼 = strabismus; 老花 = presbyopia;
        黄斑 = macular degeneration; 黄斑病变 = maculopathy; 视网膜 = retina; 视网膜脱落 = retinal detachment;
        视网膜病变 = retinopathy; 干眼 = dry eye; 飞蚊症 = floaters; 圆锥角膜 = keratoconus; 角膜炎 = keratitis;
        结膜炎 = conjunctivitis; 翼状胬肉 = pterygium; 葡萄膜 = uveitis; 失明 = blindness; 眼底病 = fundus disease;
        龋齿 = tooth decay; 蛀牙 = caries; 牙周炎 = periodontitis; 牙髓炎 = pulpitis; 牙龈炎 = gingivitis;
        错颌 = malocclusion; 骨折 = fracture; 脱臼 = dislocation; 椎间盘突出 = slipped disc; 椎间盘 = herniated disc;
        颈椎病 = spondylosis; 骨质疏松 = osteoporosis; 骨质增生 = bone spur; 痛风 = gout; 韧带撕裂 = torn ligament;
        关节炎 = arthritis; 类风湿 = rheumatoid; 风湿病 = rheumatism; 强直性脊柱炎 = spondylitis;
        脊柱侧弯 = scoliosis; 坏死 = necrosis; 红斑狼疮 = lupus; 心梗 = heart attack; 心肌梗 = myocardial infarction;
        梗死 = infarction; 心绞痛 = angina; 心律失常 = arrhythmia; 房颤 = atrial fibrillation; 心衰 = heart failure;
        心力衰竭 = cardiac failure; 心脏病 = cardiac disease; 先心病 = heart defect; 心肌炎 = myocarditis;
        动脉硬化 = atherosclerosis; 血栓 = thrombosis; 静脉曲张 = varicose vein; 高血脂 = high cholesterol;
        动脉瘤 = aneurysm; 低血压 = hypotension; 血压高 = high blood pressure; 肺炎 = pneumonia; 哮喘 = asthma;
        慢阻肺 = COPD; 支气管炎 = bronchitis; 肺气肿 = emphysema; 结节 = nodule; 新冠 = COVID; 流感 = influenza;
        胃炎 = gastritis; 溃疡 = ulcer; 肠炎 = enteritis; 结肠炎 = colitis; 阑尾炎 = appendicitis;
        胰腺炎 = pancreatitis; 胆囊炎 = cholecystitis; 胆结石 = gallstone; 肾结石 = kidney stone;
        结石 = urinary calculus; 息肉 = polyp; 痔 = haemorrhoid; 痔疮 = hemorrhoid; 肛瘘 = fistula;
        肛裂 = anal fissure; 便秘 = constipation; 幽门螺杆菌 = Helicobacter; 脂肪肝 = fatty liver; 疝 = hernia;
        肠梗阻 = bowel obstruction; 反流 = reflux; 肝癌 = liver cancer; 肾炎 = nephritis; 肾衰 = kidney failure;
        肾病 = kidney disease; 前列腺 = prostate; 阳痿 = impotence; 早泄 = premature ejaculation;
        性功能 = erectile dysfunction; 尿失禁 = incontinence; 尿路感染 = urinary infection; 怀孕 = pregnant;
        妊娠 = pregnancy; 宫外孕 = ectopic; 肌瘤 = fibroid; 囊肿 = cyst; 多囊 = polycystic; 内膜异位 = endometriosis;
        阴道炎 = vaginitis; 盆腔炎 = pelvic inflammation; 宫颈病变 = cervical lesion; 月经不调 = irregular periods;
        更年期 = menopause; 早产 = premature birth; 无痛人流 = pregnancy termination; 堕胎 = miscarriage;
        试管婴儿 = IVF; 不育 = infertile; 增生 = hyperplasia; 乳腺炎 = mastitis; 甲亢 = hyperthyroidism;
        甲减 = hypothyroidism; 甲状腺炎 = thyroiditis; 肥胖症 = obesity; 高血糖 = high blood sugar; 中风 = apoplexy;
        卒中 = ischaemic attack; 脑出血 = brain haemorrhage; 脑溢血 = cerebral hemorrhage; 偏瘫 = hemiplegia;
        瘫痪 = paralysis; 面瘫 = facial palsy; 脑瘫 = cerebral palsy; 帕金森 = Parkinson; 阿尔茨海默 = Alzheimer;
        痴呆 = dementia; 失眠 = insomnia; 偏头痛 = migraine; 眩晕症 = vertigo; 脑膜炎 = meningitis;
        精神病 = psychosis; 精神障碍 = mental disorder; 精神疾病 = mental illness; 双相 = bipolar;
        焦虑症 = anxiety disorder; 强迫症 = compulsive disorder; 自闭症 = autism; 孤独症 = autistic; 多动症 = ADHD;
        酗酒 = alcoholism; 吸毒 = drug addiction; 自杀 = suicide; 厌食症 = anorexia; 银屑病 = psoriasis;
        牛皮癣 = plaque psoriasis; 湿疹 = eczema; 荨麻疹 = urticaria; 白癜风 = vitiligo; 痤疮 = acne;
        带状疱疹 = shingles; 疱疹 = herpes; 湿疣 = genital wart; 皮炎 = dermatitis; 癣 = ringworm; 脱发 = hair loss;
        艾滋病 = AIDS; 甲肝 = hepatitis A; 丙肝 = hepatitis C; 水痘 = chickenpox; 麻疹 = measles;
        手足口病 = hand, foot and mouth; 疟疾 = malaria; 败血症 = sepsis; 狂犬病 = rabies; 尖锐湿疣 = HPV;
        鼻炎 = rhinitis; 鼻窦炎 = sinusitis; 中耳炎 = otitis; 耳聋 = deafness; 耳鸣 = tinnitus;
        扁桃体炎 = tonsillitis; 腺样体 = adenoid; 呼吸暂停 = sleep apnoea; 打鼾 = sleep apnea; 咽炎 = pharyngitis;
        听力下降 = hearing loss; 贫血 = anaemia; 缺铁性贫血 = anemia; 血友病 = haemophilia; 淋巴瘤 = lymphoma;
        骨髓瘤 = myeloma; 瘤 = neoplasm; 肉瘤 = sarcoma; 黑色素瘤 = melanoma; 恶性 = malignant; 癌症 = carcinoma;
        骨转移 = metastasis; 活检 = biopsy; 发育迟缓 = developmental delay; 黄疸 = jaundice; 佝偻病 = rickets;
        性早熟 = precocious puberty; 矮小症 = short stature; 唐氏综合征 = Down syndrome; 综合征 = syndrome;
        炎 = inflammation; 衰竭 = organ failure; 中毒 = poisoning; 血癌 = leukemia; 近视度数 = nearsighted;
        糖尿 = diabetic
    """,
    "wording_harmless": """
        未治愈 = not cured; 未能治愈 = not yet cured; 无法治愈 = cannot be cured; 不能治愈 = no cure;
        早日治愈 = hope you are cured; 未治好 = not yet healed; 没治好 = not healed; 早日痊愈 = get well soon;
        祝您痊愈 = wish you a good recovery; 尽快痊愈 = a quick recovery; 未痊愈 = not recovered;
        伤口包好 = wound is dressed; 包好伤口 = dress the wound; 包好后 = once dressed; 请包好 = keep it dressed;
        已包好 = is wrapped; 面包好 = bread is good; 最初 = at the very first; 最常用 = most often;
        最长 = at the longest; 最短 = at the shortest; 最小 = at the smallest; 尽最大努力 = do our best;
        竭尽所能 = do your best; 最佳时段 = best before; 至多 = at best; 最好不过 = best if; 第一个 = first of these;
        第一项 = first item; 第一阶段 = first stage; 第一季度 = first quarter; 第一住院部 = ward building No. 1;
        第一会议室 = meeting room No. 1; 第一食堂 = canteen No. 1; 第一号 = number one on the list;
        远视力 = distance vision; 近视力 = near vision; 附近视 = nearby vision; 最近视力 = latest vision;
        手术中风险 = risk during surgery; 其中风险 = risk among these; 过程中风险 = risk in the course;
        如怀孕 = if pregnant; 如您怀孕 = if you are pregnant; 如已怀孕 = if you may be pregnant;
        是否怀孕 = whether you are pregnant; 可能怀孕 = might be pregnant; 计划怀孕 = plan to become pregnant;
        流感疫苗 = influenza vaccine; 新冠疫苗 = COVID vaccine; 新冠病毒疫苗 = COVID vaccination;
        乙肝疫苗 = hepatitis B vaccine; 甲肝疫苗 = hepatitis A vaccine; 麻疹疫苗 = measles vaccine;
        水痘疫苗 = chickenpox vaccine; 带状疱疹疫苗 = shingles vaccine; 狂犬病疫苗 = rabies vaccine;
        脑膜炎疫苗 = meningitis vaccine; 肺炎疫苗 = pneumonia vaccine; 炎热 = heat; 炎夏 = midsummer;
        炎炎 = summer heat; 消炎 = anti-inflammation; 抗炎 = against inflammation; 助听器 = hearing aid;
        急救 = first aid; 助行器 = walking aid; HPV疫苗 = HPV vaccine; 消炎药 = anti-inflammatory;
        早产检 = early check-up; 联系方式 = best way to reach; 最好在 = best to at; 最好先 = best to begin with;
        最好带 = best to bring; 最好携带 = best to carry; 最好随身 = best to have on you; 最好于 = best to come on;
        最好空腹 = best to come fasting; 最好禁食 = best to fast; 最好提前 = best to come ahead;
        最好不 = best to do without; 最好别 = best to refrain; 最好避免 = best to avoid; 最好能 = best to be able to;
        最好由 = best to be done by; 最好请 = best to ask; 最好您 = best to have you; 最好让 = best to let;
        最好上午 = best to come in the morning; 最好下午 = best to come in the afternoon; 最好早 = best to come early;
        最好晚 = best to come late; 最好当天 = best to come that day; 最好当日 = best to come on the day;
        最好今 = best to come today; 最好明 = best to come tomorrow; 最好本周 = best to come this week;
        最好周 = best to come on a weekday; 最好穿 = best to wear; 最好戴 = best to put on;
        最好准备 = best to get ready; 最好每 = best to do every; 最好一周 = best to come a week;
        最好一次 = best to do once; 最好一起 = best to do together; 最好用 = best to use; 最好从 = best to start from;
        最好改 = best to change; 最好把 = best to put; 最好来 = best to come; 最好到 = best to arrive;
        最好去 = best to go; 最好选 = best to choose; 最好和 = best to come with; 最好坐 = best to sit;
        最好停 = best to stop; 最好多喝 = best to drink more; 最好多休 = best to rest more; 最好少 = best to do less;
        最好再 = best to come again; 最好也 = best to do so too; 最好家人 = best to come with family;
        最好家属 = best to come with a relative; 最好有家 = best to be accompanied; 最好陪 = best to accompany;
        最好找 = best to find; 最好打 = best to call; 最好咨询 = best to consult; 最好联系 = best to get in touch;
        最好休息 = best to rest; 最好清淡 = best to eat lightly; 最好卧床 = best to stay in bed; 最好饭 = best to eat;
        最好餐 = best to have a meal; 最好睡前 = best to do before sleep; 最好两 = best to take two;
        最好三 = best to take three; 最好半 = best to take half; 最好十 = best to take ten; 最好1 = best to come at 1;
        最好2 = best to come at 2; 最好3 = best to come at 3; 最好4 = best to come at 4; 最好5 = best to come at 5;
        最好6 = best to come at 6; 最好7 = best to come at 7; 最好8 = best to come at 8; 最好9 = best to come at 9
    """,
}
BARE, ADVICE = "最好", "最好要"  # the entry "had_better", before and since


def add_words(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """After those that are there; a word that a list has already, in use or not, is left as the hospital has it."""
    item = apps.get_model("institution", "ReferenceItem")
    now = datetime.datetime.now(tz=datetime.UTC)
    item.objects.filter(**_had_better(), label_zh=BARE).update(label_zh=ADVICE)
    for row in apps.get_model("institution", "ReferenceList").objects.filter(code__in=WORDS):
        known = list(item.objects.filter(list=row).values_list("code", "label_zh", "label_en", "position"))
        taken = {str(word).lower() for *words, _ in known for word in words}
        last = max((position for *_, position in known), default=0)
        item.objects.bulk_create(
            item(list=row, code=code, label_zh=zh, label_en=en, position=last + place * 10, updated_at=now)
            for place, (code, zh, en) in enumerate(entries_of(row.code), start=1)
            if taken.isdisjoint({code, zh.lower(), en.lower()})
        )


def take_words(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those that read as they were added; at once, since nothing points at them."""
    item = apps.get_model("institution", "ReferenceItem")
    added = {(list_code, *entry) for list_code in WORDS for entry in entries_of(list_code)}
    rows = item.objects.filter(list__code__in=WORDS).values_list("pk", "list__code", "code", "label_zh", "label_en")
    gone = [pk for pk, *row in rows if tuple(row) in added]
    item.objects.filter(pk__in=gone)._raw_delete(schema_editor.connection.alias)
    item.objects.filter(**_had_better(), label_zh=ADVICE).update(label_zh=BARE)


def entries_of(list_code: str) -> list[tuple[str, str, str]]:
    """Code, Chinese, English."""
    pairs = [entry.strip().split(" = ") for entry in WORDS[list_code].split(";")]
    return [(slugify(english).replace("-", "_")[:40], chinese, english) for chinese, english in pairs]


def _had_better() -> dict[str, str]:
    return {"list__code": "wording_harmless", "code": "had_better"}


class Migration(migrations.Migration):
    dependencies = [("messaging", "0022_withheld_of_a_source"), ("institution", "0009_first_signature")]
    operations = [migrations.RunPython(add_words, take_words)]
